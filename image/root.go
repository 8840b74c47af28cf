package image

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Root is the root of ring 3's files, put together before the start.
type Root struct {
	buffer  bytes.Buffer
	archive *tar.Writer
	bytes   int64
}

// MaxRootBytes bounds the files of a root: they lie in the machine's RAM.
const MaxRootBytes = 1 << 30

// etc is what programs look for in /etc.
var etc = map[string]string{
	"passwd":        "root:x:0:0:root:/root:/bin/sh\n",
	"group":         "root:x:0:\n",
	"hosts":         "127.0.0.1\tlocalhost pxos\n::1\tlocalhost\n",
	"hostname":      "pxos\n",
	"nsswitch.conf": "hosts: files dns\n",
	"resolv.conf":   "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
	"protocols":     "ip 0 IP\nicmp 1 ICMP\ntcp 6 TCP\nudp 17 UDP\nipv6-icmp 58 IPv6-ICMP\n",
	"services":      "ssh 22/tcp\ndomain 53/tcp\ndomain 53/udp\nhttp 80/tcp\nhttps 443/tcp\n",
}

// NewRoot makes a root with what programs look for in /etc.
func NewRoot() (*Root, error) {
	r := &Root{}
	r.archive = tar.NewWriter(&r.buffer)
	for name, text := range etc {
		if err := r.AddFile("/etc/"+name, 0o644, []byte(text)); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// AddFile adds a file. Directories on the way need not be added.
func (r *Root) AddFile(name string, mode fs.FileMode, data []byte) error {
	return r.add(&tar.Header{Name: clean(name), Typeflag: tar.TypeReg, Mode: int64(mode.Perm()), Size: int64(len(data))}, data)
}

// AddLink adds a symbolic link.
func (r *Root) AddLink(name, target string) error {
	return r.add(&tar.Header{Name: clean(name), Typeflag: tar.TypeSymlink, Mode: 0o777, Linkname: target}, nil)
}

func (r *Root) add(h *tar.Header, data []byte) error {
	if r.bytes += h.Size; r.bytes > MaxRootBytes {
		return fmt.Errorf("%s: the files are more than %d MiB together, which is too many for a root in memory", h.Name, MaxRootBytes>>20)
	}
	if err := r.archive.WriteHeader(h); err != nil {
		return err
	}
	_, err := r.archive.Write(data)
	return err
}

// clean is a name as an archive has it: from the root, without a slash before it.
func clean(name string) string { return path.Clean("/" + filepath.ToSlash(name))[1:] }

// AddTree adds a directory of the host, or a file, with all beneath it. What is neither
// file, directory nor symbolic link is left out.
func (r *Root) AddTree(from, to string) error {
	return filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, p)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return r.addEntry(p, path.Join(to, filepath.ToSlash(relative)), info)
	})
}

func (r *Root) addEntry(from, to string, info fs.FileInfo) error {
	if clean(to) == "" {
		return nil
	}
	h := &tar.Header{Name: clean(to), Mode: int64(info.Mode().Perm()), ModTime: info.ModTime()}
	switch {
	case info.IsDir():
		h.Typeflag = tar.TypeDir
		h.Name += "/"
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		h.Typeflag, h.Linkname = tar.TypeSymlink, target
	case info.Mode().IsRegular():
		h.Typeflag, h.Size = tar.TypeReg, info.Size()
		data, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		h.Size = int64(len(data))
		return r.add(h, data)
	default:
		return nil
	}
	return r.add(h, nil)
}

// Clone is a root with the same files, to which others can be added.
func (r *Root) Clone() (*Root, error) {
	if err := r.archive.Flush(); err != nil {
		return nil, err
	}
	c := &Root{bytes: r.bytes}
	c.buffer.Write(r.buffer.Bytes())
	c.archive = tar.NewWriter(&c.buffer)
	return c, nil
}

// Bytes ends the archive and gives it.
func (r *Root) Bytes() ([]byte, error) {
	if err := r.archive.Close(); err != nil {
		return nil, err
	}
	return r.buffer.Bytes(), nil
}
