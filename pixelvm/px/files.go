package px

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// In plain Go the folder that may be read is what PX_FOLDER names, and that for what is
// saved what PX_SCRATCH names; without them there is none.

// Files is how many files the folder has.
func Files() int { return len(folder()) }

// FileName copies a file's path below the folder, as far as there is room, and gives how
// long it is; -1 if there is no such file.
func FileName(file int, p []byte) int {
	names := folder()
	if file < 0 || file >= len(names) {
		return -1
	}
	copy(p, names[file])
	return len(names[file])
}

// FileSize is the bytes of a file, -1 if there is none.
func FileSize(file int) int {
	f, err := openFile(file)
	if err != nil {
		return -1
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return -1
	}
	return int(info.Size())
}

// FileRead copies bytes of a file, from a place on, and gives how many there were; -1 if
// there is no such file.
func FileRead(file, from int, p []byte) int {
	f, err := openFile(file)
	if err != nil || from < 0 {
		return -1
	}
	defer f.Close()
	n, _ := f.ReadAt(p, int64(from)) // where it ends is told by how many there were
	return n
}

// Save adds bytes to a file of the scratch folder, which begins empty in this run; false
// where there is no such folder. The name must be a constant.
func Save(name string, p []byte) bool {
	dir := os.Getenv("PX_SCRATCH")
	if dir == "" || !fs.ValidPath(name) {
		return false
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	if !saved[name] {
		flags |= os.O_TRUNC
		saved[name] = true
	}
	path := filepath.Join(dir, filepath.FromSlash(name))
	if os.MkdirAll(filepath.Dir(path), 0o755) != nil {
		return false
	}
	f, err := os.OpenFile(path, flags, 0o644)
	if err != nil {
		return false
	}
	_, err = f.Write(p)
	return f.Close() == nil && err == nil
}

var saved = map[string]bool{}

// folder are the paths of the folder's files.
var folder = sync.OnceValue(func() (names []string) {
	dir := os.Getenv("PX_FOLDER")
	if dir == "" {
		return nil
	}
	_ = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, name)
		}
		return nil // what cannot be read is not there
	})
	return names
})

func openFile(n int) (*os.File, error) {
	names := folder()
	if n < 0 || n >= len(names) {
		return nil, io.EOF
	}
	return os.Open(filepath.Join(os.Getenv("PX_FOLDER"), filepath.FromSlash(names[n])))
}
