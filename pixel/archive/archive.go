// Package archive turns a folder into a tar archive that is the same for the same
// content, and takes one out again where nothing in it can reach elsewhere.
//
// It must import no other folder of pxOS than pixel. Invariants: no time, owner or other
// thing of the machine is in an archive; Extract makes files, folders and symbolic links
// below its folder alone; a name that is absolute, has "..", or differs from another in
// the case of its letters only is refused before anything is made.
package archive

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/text/cases"
)

// ErrFormat is an archive that cannot be taken out.
var ErrFormat = errors.New("not a valid archive")

// Create gives the archive of all that is below a folder.
func Create(dir string) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || file == dir {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		return add(w, file, filepath.ToSlash(name))
	})
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func add(w *tar.Writer, file, name string) error {
	info, err := os.Lstat(file)
	if err != nil {
		return err
	}
	h := &tar.Header{Name: name, Mode: int64(info.Mode().Perm()), Format: tar.FormatPAX}
	switch info.Mode().Type() {
	case fs.ModeDir:
		h.Typeflag, h.Name = tar.TypeDir, name+"/"
		return w.WriteHeader(h)
	case fs.ModeSymlink:
		h.Typeflag = tar.TypeSymlink
		if h.Linkname, err = os.Readlink(file); err != nil {
			return err
		}
		return w.WriteHeader(h)
	case 0:
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		h.Typeflag, h.Size = tar.TypeReg, int64(len(data))
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	}
	return fmt.Errorf("%s is %v: an archive holds files, folders and symbolic links", file, info.Mode().Type())
}

// File is one entry of an archive.
type File struct {
	Name string // with slashes, without one at the end
	Type byte   // of package tar: TypeReg, TypeDir or TypeSymlink
	Mode fs.FileMode
	Data []byte // of a file
	Link string // of a link
}

// Read gives all entries of an archive, checked. The data is not copied.
func Read(archive []byte) (list []File, err error) {
	r := tar.NewReader(bytes.NewReader(archive))
	seen := map[string]string{}
	fold := cases.Fold()
	left := int64(len(archive)) // a sparse file may say that it has more
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w: %w", len(list), err, ErrFormat)
		}
		f := File{Name: strings.TrimSuffix(h.Name, "/"), Type: h.Typeflag, Mode: fs.FileMode(h.Mode).Perm(), Link: h.Linkname}
		if err := checkName(f.Name); err != nil {
			return nil, err
		}
		if twin, ok := seen[fold.String(f.Name)]; ok {
			return nil, fmt.Errorf("%q and %q are one name where case does not count: %w", twin, f.Name, ErrFormat)
		}
		seen[fold.String(f.Name)] = f.Name
		switch f.Type {
		case tar.TypeDir, tar.TypeSymlink:
		case tar.TypeReg:
			if left -= h.Size; left < 0 {
				return nil, fmt.Errorf("%q says it has %d bytes, the archive has %d: %w", f.Name, h.Size, len(archive), ErrFormat)
			}
			if f.Data, err = io.ReadAll(r); err != nil {
				return nil, fmt.Errorf("%q: %w: %w", f.Name, err, ErrFormat)
			}
		default:
			return nil, fmt.Errorf("%q is of type %q: only files, folders and symbolic links are taken: %w", f.Name, f.Type, ErrFormat)
		}
		list = append(list, f)
	}
}

func checkName(name string) error {
	switch {
	case name == "" || strings.ContainsRune(name, 0) || strings.Contains(name, `\`):
		return fmt.Errorf("%q is no name: %w", name, ErrFormat)
	case path.IsAbs(name):
		return fmt.Errorf("%q is absolute: %w", name, ErrFormat)
	case path.Clean(name) != name || !fs.ValidPath(name) || name == ".":
		return fmt.Errorf("%q leads elsewhere: %w", name, ErrFormat)
	}
	return nil
}

// Extract makes all of an archive in a folder that is made for it. The folder gets its
// name when everything is there.
func Extract(archive []byte, dir string) error {
	list, err := Read(archive)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("%s: %w", dir, fs.ErrExist))
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), ".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	root, err := os.OpenRoot(work)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, f := range list {
		if err := place(root, f); err != nil {
			return fmt.Errorf("%q: %w", f.Name, err)
		}
	}
	// Folders get their rights last, so that one may be read-only.
	for i := len(list) - 1; i >= 0; i-- {
		if f := list[i]; f.Type == tar.TypeDir {
			if err := root.Chmod(f.Name, f.Mode); err != nil {
				return err
			}
		}
	}
	if err := root.Chmod(".", 0o755); err != nil {
		return err
	}
	return os.Rename(work, dir)
}

func place(root *os.Root, f File) error {
	if err := root.MkdirAll(path.Dir(f.Name), 0o755); err != nil {
		return err
	}
	switch f.Type {
	case tar.TypeDir:
		return root.MkdirAll(f.Name, 0o755)
	case tar.TypeSymlink:
		return root.Symlink(f.Link, f.Name)
	}
	out, err := root.OpenFile(f.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = out.Write(f.Data)
	return errors.Join(err, out.Chmod(f.Mode), out.Close())
}
