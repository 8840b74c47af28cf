package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"

	"pxos/pixel"
)

// EntryKind is what an entry of a folder is.
type EntryKind uint8

// Kinds of entries.
const (
	KindFile EntryKind = iota
	KindFolder
	KindLink // a symbolic link, whose content is its target
	entryKinds
)

func (k EntryKind) String() string { return [...]string{"file", "folder", "link", "?"}[min(k, 3)] }

// Entry names content: a root, or a line of a folder.
type Entry struct {
	Name   string
	Kind   EntryKind
	Mode   fs.FileMode // permission bits
	Bytes  int64       // of the content; for a folder, of its list
	Digest Digest

	literal []byte
}

// Pixel stands for the entry: a literal for at most three bytes, else an address.
func (e Entry) Pixel() pixel.Pixel {
	if p, ok := pixel.LiteralOf(e.literal); ok && e.isLiteral() {
		return p
	}
	return pixel.AddressOf(e.Digest)
}

// literalMost is the most bytes that an entry carries in itself.
const literalMost = 3

func (e Entry) isLiteral() bool { return e.Bytes <= literalMost && e.Kind != KindFolder }

// A folder is "PXDIR1\n", the number of entries, and the entries in order of their
// names, each: name length, name, kind, permission bits, bytes, digest 32. Of a file or
// link of at most three bytes these stand instead of the digest. All numbers are
// unsigned varints.
const folderMagic = "PXDIR1\n"

func appendEntry(out []byte, e Entry) []byte {
	out = binary.AppendUvarint(out, uint64(len(e.Name)))
	out = append(out, e.Name...)
	out = append(out, byte(e.Kind))
	out = binary.AppendUvarint(out, uint64(e.Mode.Perm()))
	out = binary.AppendUvarint(out, uint64(e.Bytes))
	if e.isLiteral() {
		return append(out, e.literal...)
	}
	return append(out, e.Digest[:]...)
}

func (t *take) entry() (e Entry) {
	e.Name = string(t.bytes(int(t.number(maxName))))
	e.Kind = EntryKind(t.bytes(1)[0])
	e.Mode = fs.FileMode(t.number(0o777))
	e.Bytes = t.number(1 << 62)
	if e.Kind >= entryKinds {
		t.err = errHeader
	}
	if t.err == nil && e.isLiteral() {
		e.literal = t.bytes(int(e.Bytes))
		e.Digest = tileDigest(e.literal)
	} else {
		copy(e.Digest[:], t.bytes(len(e.Digest)))
	}
	return e
}

func encodeFolder(list []Entry) []byte {
	out := binary.AppendUvarint([]byte(folderMagic), uint64(len(list)))
	for _, e := range list {
		out = appendEntry(out, e)
	}
	return out
}

// decodeFolder reads a folder and refuses names that could lead out of it.
func decodeFolder(data []byte) ([]Entry, error) {
	rest, ok := bytes.CutPrefix(data, []byte(folderMagic))
	if !ok {
		return nil, fmt.Errorf("a folder without its mark: %w", ErrDamaged)
	}
	t := take{p: rest}
	count := t.number(int64(len(rest)))
	var list []Entry
	for range count {
		e := t.entry()
		if t.err != nil {
			break
		}
		if err := checkName(e.Name); err != nil {
			return nil, err
		}
		if n := len(list); n > 0 && list[n-1].Name >= e.Name {
			return nil, fmt.Errorf("%q comes after %q in a folder: %w", e.Name, list[n-1].Name, ErrDamaged)
		}
		list = append(list, e)
	}
	if err := t.end(); err != nil {
		return nil, fmt.Errorf("a folder: %w: %w", err, ErrDamaged)
	}
	return list, nil
}

func checkName(name string) error {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\x00") || len(name) > maxName {
		return fmt.Errorf("%q is no name of a file: %w", name, ErrDamaged)
	}
	return nil
}
