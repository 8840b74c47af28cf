package source

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// Bounds on a patch from outside.
const (
	maxPatchBytes = 256 << 10
	maxPatchFiles = 16
)

// PatchError says why a patch was refused.
type PatchError struct{ Reason string }

// Error is the reason.
func (e *PatchError) Error() string { return e.Reason }

func refuse(format string, args ...any) error { return &PatchError{fmt.Sprintf(format, args...)} }

// Apply applies a unified diff strictly: every context line must match, every
// file must exist and lie below one of the roots. Nothing is created, renamed
// or made executable by a patch.
func (t Tree) Apply(patch string, roots []string) (Tree, error) {
	if len(patch) > maxPatchBytes {
		return t, refuse("the patch has %d bytes, at most %d are looked at", len(patch), maxPatchBytes)
	}
	files, _, err := gitdiff.Parse(strings.NewReader(patch))
	if err != nil {
		return t, refuse("the patch is no unified diff: %v", err)
	}
	if len(files) == 0 {
		return t, refuse("the patch changes nothing")
	}
	if len(files) > maxPatchFiles {
		return t, refuse("the patch changes %d files, at most %d are allowed", len(files), maxPatchFiles)
	}
	changes := map[string]string{}
	for _, f := range files {
		// Without a "diff --git" line the parser leaves the prefix of the new
		// name on, and takes that name for the old one too.
		if name, ok := strings.CutPrefix(f.NewName, "b/"); ok && (f.OldName == f.NewName || f.OldName == "a/"+name) {
			f.OldName, f.NewName = name, name
		}
		text, err := t.applyFile(f, roots)
		if err != nil {
			return t, err
		}
		if _, twice := changes[f.NewName]; twice {
			return t, refuse("the patch names %s twice", f.NewName)
		}
		changes[f.NewName] = text
	}
	return t.With(changes), nil
}

func (t Tree) applyFile(f *gitdiff.File, roots []string) (string, error) {
	name := f.NewName
	switch {
	case f.IsNew || f.IsDelete || f.IsRename || f.IsCopy || f.IsBinary || f.OldName != f.NewName:
		return "", refuse("the patch creates, deletes, renames or replaces a whole file (%s): only edits are allowed", name)
	case f.NewMode != 0 && f.NewMode != f.OldMode:
		return "", refuse("the patch changes the mode of %s", name)
	case !Inside(name, roots):
		return "", refuse("%s lies outside the source roots %s", name, strings.Join(roots, ", "))
	}
	text, ok := t.files[name]
	if !ok {
		return "", refuse("%s is no source file of the project", name)
	}
	var out bytes.Buffer
	if err := gitdiff.Apply(&out, strings.NewReader(text), f); err != nil {
		var conflict *gitdiff.Conflict
		if errors.As(err, &conflict) {
			return "", refuse("the patch does not fit %s: %v", name, err)
		}
		return "", refuse("%s: %v", name, err)
	}
	if out.Len() == 0 {
		return "", refuse("the patch empties %s", name)
	}
	return out.String(), nil
}

// Inside says whether a clean relative path lies below one of the roots.
func Inside(name string, roots []string) bool {
	if name == "" || path.IsAbs(name) || path.Clean(name) != name || strings.HasPrefix(name, "..") || strings.Contains(name, "\\") {
		return false
	}
	for _, r := range roots {
		r = path.Clean(r)
		if r == "." || name == r || strings.HasPrefix(name, r+"/") {
			return true
		}
	}
	return false
}
