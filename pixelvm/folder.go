package pixelvm

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// maxFolderFiles bounds the files of a folder.
const maxFolderFiles = 1 << 16

// Folder is a folder whose files a program may read. Which there are and how large is as
// it was when the folder was opened.
type Folder struct {
	fsys  fs.FS
	names []string // in order
	sizes []int64

	open   int // the file that is open
	reader io.ReaderAt
	closer io.Closer
	root   *os.Root // of OpenDir
}

// OpenDir opens a folder of the host. No link leads out of it.
func OpenDir(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f, err := OpenFolder(root.FS())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", dir, err), root.Close())
	}
	f.root = root
	return f, nil
}

// OpenFolder lists the files of a folder, those of its folders included; what is no
// regular file is passed over.
func OpenFolder(fsys fs.FS) (*Folder, error) {
	f := &Folder{fsys: fsys, open: -1}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if len(f.names) == maxFolderFiles {
			return fmt.Errorf("the folder has more than %d files", maxFolderFiles)
		}
		f.names, f.sizes = append(f.names, name), append(f.sizes, info.Size())
		return nil
	})
	return f, err
}

// read reads bytes of a file; the last one that was read stays open.
func (f *Folder) read(n int, from uint64, p []byte) (int, error) {
	if from >= uint64(f.sizes[n]) {
		return 0, nil
	}
	if f.open != n {
		if err := f.closeFile(); err != nil {
			return 0, err
		}
		file, err := f.fsys.Open(f.names[n])
		if err != nil {
			return 0, err
		}
		reader, ok := file.(io.ReaderAt)
		if !ok {
			return 0, errors.Join(fmt.Errorf("%s cannot be read from its middle", f.names[n]), file.Close())
		}
		f.open, f.reader, f.closer = n, reader, file
	}
	count, err := f.reader.ReadAt(p, int64(from))
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return count, err
}

// Close closes the folder.
func (f *Folder) Close() error {
	err := f.closeFile()
	if f.root != nil {
		err = errors.Join(err, f.root.Close())
	}
	return err
}

func (f *Folder) closeFile() error {
	if f.open < 0 {
		return nil
	}
	f.open = -1
	return f.closer.Close()
}

// Scratch is what a program saved. It is in memory until Keep writes it.
type Scratch struct {
	left  int // bytes
	files map[string][]byte
}

// NewScratch takes so many bytes.
func NewScratch(most int) *Scratch { return &Scratch{left: most, files: map[string][]byte{}} }

// Append adds to a file. It refuses a name that is not a plain path below the folder, or
// that is a folder of another file, and what is too much.
func (s *Scratch) Append(name string, p []byte) bool {
	if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\:\x00") || len(name) > 1000 {
		return false
	}
	if _, ok := s.files[name]; !ok {
		for other := range s.files {
			if strings.HasPrefix(other, name+"/") || strings.HasPrefix(name, other+"/") {
				return false
			}
		}
	}
	const perFile = 256 // so that names are not free
	cost := len(p)
	if _, ok := s.files[name]; !ok {
		cost += perFile + len(name)
	}
	if cost > s.left {
		return false
	}
	s.left -= cost
	s.files[name] = append(s.files[name], p...)
	return true
}

// newSuffix is that of a file that is not whole yet.
const newSuffix = ".pxos-new"

// Keep writes all files below a folder, each to a new name first, and gives their names.
func (s *Scratch) Keep(dir string) (names []string, err error) {
	if len(s.files) == 0 {
		return nil, nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	names = slices.Sorted(maps.Keys(s.files))
	for _, name := range names {
		if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return nil, err
		}
		if err := root.WriteFile(name+newSuffix, s.files[name], 0o644); err != nil {
			return nil, errors.Join(err, root.RemoveAll(name+newSuffix))
		}
	}
	for _, name := range names {
		if err := root.Rename(name+newSuffix, name); err != nil {
			return nil, err
		}
	}
	return names, nil
}
