// Package source holds a kernel's source text in memory: candidates are made
// and compared here, and written to a folder only to be built.
//
// It must not import anything of pxOS. A Tree is never changed in place: With
// gives a new one, so that many candidates can share what they have in common.
package source

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"
)

// Bounds on what is taken for source.
const (
	maxFileBytes = 1 << 20
	maxFiles     = 5000
)

// Tree is a set of files by slash-separated path from the project's root.
type Tree struct {
	files map[string]string
}

// New makes a tree from texts by path.
func New(files map[string]string) Tree { return Tree{files} }

// Load reads all files below the given roots (files or folders) that keep
// accepts. Hidden folders and symbolic links are passed over.
func Load(root string, roots []string, keep func(path string) bool) (Tree, error) {
	t := Tree{map[string]string{}}
	for _, r := range roots {
		start := filepath.Join(root, filepath.FromSlash(r))
		if _, err := os.Stat(start); err != nil {
			return t, fmt.Errorf("source root %q: %w", r, err)
		}
		err := filepath.WalkDir(start, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && path != start && strings.HasPrefix(d.Name(), ".") {
				return filepath.SkipDir
			}
			rel, err := filepath.Rel(root, path)
			if err != nil || !d.Type().IsRegular() || !keep(filepath.ToSlash(rel)) {
				return err
			}
			return t.read(path, filepath.ToSlash(rel))
		})
		if err != nil {
			return t, fmt.Errorf("read the source: %w", err)
		}
	}
	if len(t.files) == 0 {
		return t, errors.New("the source roots hold no source file")
	}
	return t, nil
}

func (t Tree) read(path, rel string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() > maxFileBytes || len(t.files) >= maxFiles {
		return fmt.Errorf("%s: more than %d files or a file over %d bytes: name narrower source roots", rel, maxFiles, maxFileBytes)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	t.files[rel] = string(text)
	return nil
}

// Paths lists the files in order.
func (t Tree) Paths() []string {
	out := make([]string, 0, len(t.files))
	for p := range t.files {
		out = append(out, p)
	}
	sort.Strings(out)
	return out
}

// File gives a file's text and whether there is such a file.
func (t Tree) File(path string) (string, bool) {
	s, ok := t.files[path]
	return s, ok
}

// With gives a tree in which some files have another text. An empty text
// removes the file.
func (t Tree) With(changes map[string]string) Tree {
	files := make(map[string]string, len(t.files)+len(changes))
	for p, s := range t.files {
		files[p] = s
	}
	for p, s := range changes {
		if s == "" {
			delete(files, p)
			continue
		}
		files[p] = s
	}
	return Tree{files}
}

// Hash identifies the tree's content.
func (t Tree) Hash() string {
	h := sha256.New()
	for _, p := range t.Paths() {
		fmt.Fprintf(h, "%s\x00%d\x00%s", p, len(t.files[p]), t.files[p])
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// Write makes a folder hold exactly the tree's files at their paths. Files that
// are right already are left alone, so that build tools see no change. Files
// that an earlier Write left and this tree lacks are removed.
func (t Tree) Write(dir string, earlier Tree) error {
	for p := range earlier.files {
		if _, ok := t.files[p]; !ok {
			if err := os.Remove(filepath.Join(dir, filepath.FromSlash(p))); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	for p, s := range t.files {
		path := filepath.Join(dir, filepath.FromSlash(p))
		if old, err := os.ReadFile(path); err == nil && string(old) == s {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(s), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Diff is the unified diff that turns t into other, in order of path.
func (t Tree) Diff(other Tree) string {
	var b strings.Builder
	for _, p := range t.With(other.files).Paths() {
		before, after := t.files[p], other.files[p]
		if before != after {
			b.WriteString(udiff.Unified("a/"+p, "b/"+p, before, after))
		}
	}
	return b.String()
}

// Changed lists the paths in which two trees differ.
func (t Tree) Changed(other Tree) []string {
	var out []string
	for _, p := range t.With(other.files).Paths() {
		if t.files[p] != other.files[p] {
			out = append(out, p)
		}
	}
	return out
}
