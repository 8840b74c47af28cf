package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

func newReader(data []byte) io.Reader { return bytes.NewReader(data) }

// add keeps what is at a path, and gives its entry without a name.
func (p *putting) add(ctx context.Context, path string) (Entry, error) {
	if err := ctx.Err(); err != nil {
		return Entry{}, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Mode: info.Mode().Perm()}
	switch info.Mode().Type() {
	case 0:
		return p.addFile(ctx, e, path)
	case fs.ModeDir:
		return p.addFolder(ctx, e, path)
	case fs.ModeSymlink:
		target, err := os.Readlink(path)
		if err != nil {
			return e, err
		}
		e.Kind = KindLink
		err = p.addContent(ctx, &e, bytes.NewReader([]byte(target)))
		return e, err
	}
	return e, fmt.Errorf("%s is %v: %w", path, info.Mode().Type(), ErrUnsupported)
}

func (p *putting) addFile(ctx context.Context, e Entry, path string) (Entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return e, err
	}
	defer f.Close()
	e.Kind = KindFile
	err = p.addContent(ctx, &e, f)
	return e, err
}

// addContent keeps all that a reader gives, in parts, and sets the entry's size and
// digest.
func (p *putting) addContent(ctx context.Context, e *Entry, r io.Reader) error {
	var children []Digest
	for {
		data := make([]byte, 0, 64<<10)
		data, err := readUpTo(r, data, partMost)
		if err != nil {
			return err
		}
		last := len(data) < partMost
		if last && len(children) > 0 && len(data) == 0 {
			break
		}
		if e.Bytes += int64(len(data)); len(children) == 0 && last && e.Bytes <= literalMost && e.Kind != KindFolder {
			e.literal, e.Digest = data, tileDigest(data)
			p.stats.LogicalBytes += e.Bytes
			return nil
		}
		d, err := p.addPart(ctx, data)
		if err != nil {
			return err
		}
		if children = append(children, d); last {
			break
		}
	}
	if len(children) == 1 {
		e.Digest = children[0]
		return nil
	}
	var err error
	e.Digest, err = p.addNode(ctx, children, e.Bytes)
	return err
}

// readUpTo reads until the end or until there are most bytes.
func readUpTo(r io.Reader, data []byte, most int) ([]byte, error) {
	for len(data) < most {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := r.Read(data[len(data):min(cap(data), most)])
		data = data[:len(data)+n]
		if errors.Is(err, io.EOF) {
			return data, nil
		}
		if err != nil {
			return data, err
		}
	}
	return data, nil
}

// addFolder keeps all that is in a folder, and its list.
func (p *putting) addFolder(ctx context.Context, e Entry, path string) (Entry, error) {
	e.Kind = KindFolder
	entries, err := os.ReadDir(path) // in order of their names
	if err != nil {
		return e, err
	}
	var list []Entry
	for _, f := range entries {
		if err := checkName(f.Name()); err != nil {
			return e, err
		}
		child, err := p.add(ctx, filepath.Join(path, f.Name()))
		if err != nil {
			return e, err
		}
		child.Name = f.Name()
		list = append(list, child)
	}
	err = p.addContent(ctx, &e, bytes.NewReader(encodeFolder(list)))
	return e, err
}
