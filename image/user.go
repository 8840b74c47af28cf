package image

import (
	"context"
	"os"
	"path/filepath"
)

// UserPrograms are the programs of ring 3 that this repository has, by their folder
// below user/.
var UserPrograms = []string{"init", "shell"}

// ShellCommands are the commands that the shell is under other names too, so that
// programs find them.
var ShellCommands = []string{"audit", "cat", "echo", "false", "gpu", "halt", "kill", "ls", "mkdir", "mv", "ps", "pwd", "rm", "sleep", "true"}

// InitManifest is what init starts where nothing else is wanted: a shell, with whose end
// pxOS ends.
const InitManifest = `# What init starts, in this order.
[[program]]
name = "shell"
run = ["/bin/shell"]
directory = "/root"
environment = ["HOME=/root", "USER=root", "PATH=/bin:/usr/bin", "TERM=xterm-256color"]
foreground = true
`

// BuildUser builds the programs of user/ into a folder, the same bytes from the same
// source wherever that lies, and gives their files in the order of UserPrograms.
func BuildUser(ctx context.Context, root, out string) ([]string, error) {
	var files []string
	for _, name := range UserPrograms {
		file := filepath.Join(out, name)
		if err := BuildProgram(ctx, root, "./user/"+name, file); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// AddUser adds the programs of user/ and what init is to start.
func (r *Root) AddUser(files []string, manifest string) error {
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := r.AddFile("/bin/"+filepath.Base(file), 0o755, data); err != nil {
			return err
		}
	}
	for _, name := range append([]string{"sh"}, ShellCommands...) {
		if err := r.AddLink("/bin/"+name, "shell"); err != nil {
			return err
		}
	}
	return r.AddFile("/etc/pxos/init.toml", 0o644, []byte(manifest))
}
