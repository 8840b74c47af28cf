// Package pack makes one picture of a file or folder, and a file or folder of a picture:
// archive, codec and picture, one after the other.
//
// It must import no other folder of pxOS than pixel. Invariant: Unpack makes nothing at
// its target unless all of it was compared with its digest.
package pack

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"pxos/pixel"
	"pxos/pixel/archive"
	"pxos/pixel/codec"
	"pxos/pixel/picture"
)

// Options say how to pack.
type Options struct {
	Level codec.Level
	// BlockBytes is the most bytes in a block of the codec: what is lost where one is
	// damaged. 0 is 16 MiB.
	BlockBytes int
	// Progress, if not nil, hears how many bytes of how many are encoded.
	Progress func(done, all int64)
}

const defaultBlockBytes = 16 << 20

// Limits bound what unpacking may take.
type Limits struct {
	Picture picture.Limits
	Codec   codec.Limits
}

// Load gives what is to be packed of a path: the bytes of a file, or the archive of a
// folder.
func Load(path string) (data []byte, info picture.Info, err error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, info, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, info, err
	}
	info.Name = filepath.Base(abs)
	switch {
	case st.IsDir():
		info.Kind = picture.Tree
		data, err = archive.Create(path)
	case st.Mode().IsRegular():
		info.Kind, info.Executable = picture.File, st.Mode()&0o111 != 0
		data, err = os.ReadFile(path)
	default:
		err = fmt.Errorf("%s is %v: give a file or a folder", path, st.Mode().Type())
	}
	return data, info, err
}

// Write makes the picture of data and writes it.
func Write(w io.Writer, data []byte, info picture.Info, o Options) (picture.Info, error) {
	if o.BlockBytes == 0 {
		o.BlockBytes = min(defaultBlockBytes, max(len(data), 1))
	}
	options := codec.Options{Level: o.Level, BlockBytes: o.BlockBytes}
	if o.Progress != nil {
		options.Progress = func(done int64) { o.Progress(done, int64(len(data))) }
	}
	payload, err := codec.Compress(data, options)
	if err != nil {
		return info, err
	}
	info.God, info.LogicalBytes, info.PayloadBytes = pixel.AddressOf(sha256.Sum256(data)), int64(len(data)), int64(len(payload))
	return info, picture.Encode(w, info, payload, data)
}

// Read gives the data of a picture.
func Read(r io.Reader, l Limits) (data []byte, info picture.Info, err error) {
	info, payload, err := picture.Decode(r, l.Picture)
	if err != nil {
		return nil, info, err
	}
	if info.Kind == picture.Store {
		return nil, info, fmt.Errorf("the picture is the export of a store: use 'pxos pixel import': %w", picture.ErrFormat)
	}
	data, err = codec.Decompress(payload, l.Codec)
	if err != nil {
		return nil, info, err
	}
	if god := pixel.AddressOf(sha256.Sum256(data)); god != info.God || int64(len(data)) != info.LogicalBytes {
		return nil, info, fmt.Errorf("the God Pixel is %v and the data's is %v: %w", info.God, god, codec.ErrChecksum)
	}
	return data, info, nil
}

// Place makes a file or folder of data at a path where nothing may be.
func Place(data []byte, info picture.Info, path string) error {
	if info.Kind == picture.Tree || info.Kind == picture.Cartridge {
		return archive.Extract(data, path)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("%s: %w", path, fs.ErrExist))
	}
	mode := fs.FileMode(0o644)
	if info.Executable {
		mode = 0o755
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// Salvage gives of a damaged picture all that can be had, and says what is lost. The
// data of lost blocks is left out.
func Salvage(file []byte, l Limits) (data []byte, info picture.Info, lost []string, err error) {
	info, payload, holes, err := picture.Salvage(bytes.NewReader(file), l.Picture)
	if err != nil {
		return nil, info, nil, err
	}
	for _, h := range holes {
		lost = append(lost, fmt.Sprintf("payload bytes %d to %d: %v", h.Offset, h.Offset+h.Bytes-1, h.Err))
	}
	data, gone, err := codec.Salvage(payload, l.Codec)
	if err != nil {
		return nil, info, lost, err
	}
	for _, g := range gone {
		size := "bytes of unknown number"
		if g.Bytes >= 0 {
			size = fmt.Sprintf("%d bytes", g.Bytes)
		}
		lost = append(lost, fmt.Sprintf("%s of the data after byte %d: %v", size, g.DataOffset, g.Err))
	}
	return data, info, lost, nil
}
