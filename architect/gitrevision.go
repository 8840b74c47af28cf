package architect

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"

	"pxos/architect/source"
)

// Bounds on a revision taken from git.
const (
	revisionFileBytes = 1 << 20
	revisionFiles     = 5000
	revisionBytes     = 128 << 20
)

var revisionName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_./@{}^~+-]{0,199}$`)

// GitRevision reads files of a revision out of a git repository without
// touching its work tree: those below the roots that keep accepts (all, if keep
// is nil).
func GitRevision(ctx context.Context, root, rev string, roots []string, keep func(path string) bool) (source.Tree, error) {
	none := source.New(map[string]string{})
	if !revisionName.MatchString(rev) {
		return none, fmt.Errorf("%q is no name of a git revision; give a commit, a tag or a branch", rev)
	}
	var complaint bytes.Buffer
	args := []string{"-C", root, "archive", "--format=tar", rev + "^{tree}"}
	for _, r := range roots {
		if !source.Inside(r, []string{"."}) {
			return none, fmt.Errorf("the root %q lies outside the repository", r)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Stderr = &complaint
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return none, fmt.Errorf("git: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return none, fmt.Errorf("git: %w; history needs git on PATH", err)
	}
	files, readErr := readArchive(pipe, roots, keep)
	if readErr != nil {
		cancel()
	}
	waitErr := cmd.Wait()
	switch {
	case readErr != nil && !errors.Is(readErr, io.ErrUnexpectedEOF):
		return none, fmt.Errorf("revision %s: %w", rev, readErr)
	case waitErr != nil:
		return none, fmt.Errorf("git cannot read revision %s: %s", rev, strings.TrimSpace(complaint.String()))
	case len(files) == 0:
		return none, fmt.Errorf("revision %s holds no source below %s", rev, strings.Join(roots, ", "))
	}
	return source.New(files), nil
}

// readArchive reads the files of a tar stream, bounded.
func readArchive(stream io.Reader, roots []string, keep func(string) bool) (map[string]string, error) {
	files := map[string]string{}
	r := tar.NewReader(io.LimitReader(stream, revisionBytes))
	for {
		head, err := r.Next()
		if err == io.EOF {
			// git waits until its pad bytes are read.
			_, err = io.Copy(io.Discard, io.LimitReader(stream, revisionBytes))
			return files, err
		}
		if err != nil {
			return files, err
		}
		if head.Typeflag != tar.TypeReg || !source.Inside(head.Name, roots) || (keep != nil && !keep(head.Name)) {
			continue
		}
		if head.Size > revisionFileBytes || len(files) >= revisionFiles {
			return files, fmt.Errorf("%s: more than %d files or a file over %d bytes: name narrower source roots", head.Name, revisionFiles, revisionFileBytes)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return files, err
		}
		files[head.Name] = string(text)
	}
}
