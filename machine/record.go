package machine

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
)

// Evidence as a text fixture: JSON with the pages that were read while it was
// diagnosed or audited, so that both can be repeated without an emulator.

const (
	recordFormat   = 1
	pageBytes      = 4096
	maxRecordPages = 1 << 16
	maxRecordBytes = 256 << 20
	maxTableBytes  = 16 << 20 // of the GPU's tables: no BAR0 is larger
)

// Recorder is a PhysReader that remembers every page that was read.
type Recorder struct {
	from  PhysReader
	mu    sync.Mutex
	pages map[uint64][]byte
}

// Record puts a Recorder in front of the evidence's memory. Diagnose after
// it, then SaveEvidence. Recording twice is recording once.
func Record(e *Evidence) *Recorder {
	if r, ok := e.Memory.(*Recorder); ok {
		return r
	}
	r := &Recorder{from: e.Memory, pages: make(map[uint64][]byte)}
	e.Memory = r
	return r
}

// ReadPhys implements PhysReader.
func (r *Recorder) ReadPhys(addr uint64, buf []byte) error {
	if r.from == nil {
		return ErrClosed
	}
	if err := r.from.ReadPhys(addr, buf); err != nil {
		return err
	}
	if len(buf) == 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	last := (addr + uint64(len(buf)) - 1) / pageBytes
	for number := addr / pageBytes; number <= last; number++ {
		if r.pages[number] != nil || len(r.pages) >= maxRecordPages {
			continue
		}
		page := make([]byte, pageBytes)
		if err := r.from.ReadPhys(number*pageBytes, page); err != nil {
			return fmt.Errorf("page around %#x: %w", addr, err)
		}
		r.pages[number] = page
	}
	return nil
}

// savedEvidence is the file's form.
type savedEvidence struct {
	Format   int
	Evidence *Evidence
	// Pages holds deflated pages by address in hexadecimal.
	Pages map[string][]byte
	// GPUTables is the evidence's, deflated.
	GPUTables []byte `json:",omitempty"`
}

// foldersOf matches the folders of an absolute path inside an argument.
var foldersOf = regexp.MustCompile(`/(?:[^/,"\s=]+/)+`)

// SaveEvidence writes the evidence with the pages that its Recorder saw; with
// another reader it has no pages. Folders of this host are left out, so that
// the file means the same everywhere. The file appears complete or not at all.
func SaveEvidence(path string, e *Evidence) error {
	plain := *e
	plain.Memory, plain.GPUTables = nil, nil
	plain.KernelELF = ""
	if e.KernelELF != "" {
		plain.KernelELF = filepath.Base(e.KernelELF)
	}
	plain.Message = foldersOf.ReplaceAllString(e.Message, "")
	plain.Args = nil
	for _, arg := range e.Args {
		plain.Args = append(plain.Args, foldersOf.ReplaceAllString(arg, ""))
	}
	saved := savedEvidence{Format: recordFormat, Evidence: &plain, Pages: make(map[string][]byte)}
	if len(e.GPUTables) > 0 {
		packed, err := deflate(e.GPUTables)
		if err != nil {
			return err
		}
		saved.GPUTables = packed
	}
	if r, ok := e.Memory.(*Recorder); ok {
		r.mu.Lock()
		defer r.mu.Unlock()
		for number, page := range r.pages {
			packed, err := deflate(page)
			if err != nil {
				return err
			}
			saved.Pages[strconv.FormatUint(number*pageBytes, 16)] = packed
		}
	}
	text, err := json.MarshalIndent(saved, "", " ")
	if err != nil {
		return fmt.Errorf("save evidence: %w", err)
	}
	return writeWhole(path, append(text, '\n'))
}

func deflate(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}

// writeWhole writes a file under another name and renames it.
func writeWhole(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".evidence-*")
	if err != nil {
		return &LabError{Op: "save evidence", Err: err, Hint: "give a folder that you may write"}
	}
	defer os.Remove(tmp.Name()) // after the rename there is none
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return &LabError{Op: "save evidence", Err: err, Hint: "check disk space"}
	}
	return nil
}

// LoadEvidence reads what SaveEvidence wrote. A KernelELF in it is looked for
// beside the file.
func LoadEvidence(path string) (*Evidence, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &LabError{Op: "load evidence", Err: err}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxRecordBytes+1))
	if err != nil {
		return nil, &LabError{Op: "load evidence", Err: err}
	}
	e, err := parseEvidence(text)
	if err != nil {
		return nil, &LabError{Op: "load evidence " + path, Err: err, Hint: "record the evidence again"}
	}
	if e.KernelELF != "" {
		e.KernelELF = filepath.Join(filepath.Dir(path), filepath.Base(e.KernelELF))
	}
	return e, nil
}

func parseEvidence(text []byte) (*Evidence, error) {
	if len(text) > maxRecordBytes {
		return nil, fmt.Errorf("more than %d MiB", maxRecordBytes>>20)
	}
	// Memory is an interface and always null in a file.
	var saved savedEvidence
	if err := json.Unmarshal(text, &saved); err != nil {
		return nil, err
	}
	if saved.Format != recordFormat || saved.Evidence == nil {
		return nil, fmt.Errorf("format %d, this program reads %d", saved.Format, recordFormat)
	}
	if len(saved.Pages) > maxRecordPages {
		return nil, fmt.Errorf("%d pages, at most %d are read", len(saved.Pages), maxRecordPages)
	}
	replay := &replayMemory{pages: make(map[uint64][]byte), regions: saved.Evidence.Regions}
	for name, packed := range saved.Pages {
		addr, err := strconv.ParseUint(name, 16, 64)
		if err != nil || addr%pageBytes != 0 {
			return nil, fmt.Errorf("page address %q", name)
		}
		page := make([]byte, pageBytes)
		if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(packed)), page); err != nil {
			return nil, fmt.Errorf("page %s: %w", name, err)
		}
		replay.pages[addr/pageBytes] = page
	}
	saved.Evidence.Memory = replay
	saved.Evidence.GPUTables = nil
	if len(saved.GPUTables) > 0 {
		plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(saved.GPUTables)), maxTableBytes+1))
		if err == nil && len(plain) > maxTableBytes {
			err = fmt.Errorf("more than %d MiB", maxTableBytes>>20)
		}
		if err != nil {
			return nil, fmt.Errorf("the GPU's tables: %w", err)
		}
		saved.Evidence.GPUTables = plain
	}
	return saved.Evidence, nil
}

// replayMemory answers from recorded pages. Where no memory was, it says the
// same as the machine did.
type replayMemory struct {
	pages   map[uint64][]byte
	regions []MemoryRegion
}

// ErrNotRecorded is wrapped by the error of a read that the recorded diagnosis
// did not make.
var ErrNotRecorded = errors.New("this page is not in the recording")

// ReadPhys implements PhysReader.
func (m *replayMemory) ReadPhys(addr uint64, buf []byte) error {
	for len(buf) > 0 {
		page := m.pages[addr/pageBytes]
		if page == nil {
			if _, err := readableRegion(m.regions, addr); err != nil {
				return err
			}
			return fmt.Errorf("%w: %#x", ErrNotRecorded, addr)
		}
		n := copy(buf, page[addr%pageBytes:])
		buf, addr = buf[n:], addr+uint64(n)
	}
	return nil
}

// maxImageBytes bounds the image of a memory: below it RAM has no hole.
const maxImageBytes = 2 << 30

// SaveMemory writes the machine's RAM, from physical address 0, of at most 2 GiB. Pages of
// zeros are left out where the file system can. The machine must still be there.
func SaveMemory(path string, e *Evidence) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".memory-*")
	if err != nil {
		return &LabError{Op: "save the memory", Err: err, Hint: "give a folder that you may write"}
	}
	defer os.Remove(tmp.Name()) // after the rename there is none
	size := int64(min(e.RAMBytes, maxImageBytes))
	if err = tmp.Truncate(size); err == nil {
		err = copyMemory(tmp, e.Memory, size)
	}
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return &LabError{Op: "save the memory", Err: err, Hint: "check disk space"}
	}
	return nil
}

// copyMemory writes what is not zero.
func copyMemory(w io.WriterAt, from PhysReader, size int64) error {
	if from == nil {
		return ErrClosed
	}
	const piece = 1 << 20
	buffer, zeros := make([]byte, piece), make([]byte, pageBytes)
	for at := int64(0); at < size; at += piece {
		part := buffer[:min(piece, size-at)]
		if err := from.ReadPhys(uint64(at), part); err != nil {
			return fmt.Errorf("memory from %#x on: %w", at, err)
		}
		for i := 0; i < len(part); i += pageBytes {
			page := part[i:min(i+pageBytes, len(part))]
			if bytes.Equal(page, zeros[:len(page)]) {
				continue
			}
			if _, err := w.WriteAt(page, at+int64(i)); err != nil {
				return err
			}
		}
	}
	return nil
}
