package vfiouser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// RegionHandler answers trapped accesses of one region. Offsets and lengths are
// already inside the region. It must not block.
type RegionHandler interface {
	ReadRegion(offset uint64, p []byte)
	WriteRegion(offset uint64, p []byte)
}

// Region is one BAR. Where Mappable is not empty, File backs the region from
// offset 0 and the client maps those areas of it; all else reaches Handler.
type Region struct {
	Size     uint64
	Handler  RegionHandler
	Mappable []Area
	File     *os.File // stays the owner's
}

// Function is a PCI function to be served. BARs must agree with Config.
type Function struct {
	Config *ConfigSpace
	BARs   [6]Region
	MSIX   *MSIX     // nil: no interrupts
	DMA    *DMATable // nil: the client's memory is not wanted
	// OnReset is called after config space and MSI-X went back to power-on.
	OnReset func()
}

// Traps counts what went over the socket.
type Traps struct {
	Reads, Writes, Resets, DMAMaps atomic.Uint64
}

// Server serves one Function, to one client after another.
type Server struct {
	fn    *Function
	Traps Traps
}

// NewServer checks the function and makes a server for it.
func NewServer(fn *Function) (*Server, error) {
	if fn.Config == nil {
		return nil, errors.New("vfio-user: function without config space")
	}
	for i, r := range fn.BARs {
		if r.Size != 0 && r.Handler == nil {
			return nil, fmt.Errorf("vfio-user: BAR %d has no handler: even mapped areas are accessed by message at times", i)
		}
		for _, a := range r.Mappable {
			if r.File == nil || a.Size == 0 || a.Offset%4096 != 0 || a.Size%4096 != 0 || a.Offset > r.Size || a.Size > r.Size-a.Offset {
				return nil, fmt.Errorf("vfio-user: BAR %d: area %#x+%#x cannot be mapped", i, a.Offset, a.Size)
			}
		}
	}
	return &Server{fn: fn}, nil
}

// ServeConn speaks with one client until it goes (nil), the context ends or the
// protocol is broken (the error says how). It takes ownership of sock and, at
// the end, drops the client's interrupts and memory; device state is retained
// (specification, "Client Disconnection").
func (s *Server) ServeConn(ctx context.Context, sock *net.UnixConn) error {
	c := NewConn(sock)
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	defer c.Close()
	defer s.dropClient()
	greeted := false
	for {
		m, err := c.ReadMessage()
		if ctx.Err() != nil {
			closeFiles(m.Files)
			return ctx.Err()
		}
		if errors.Is(err, io.EOF) || errors.Is(err, unix.ECONNRESET) {
			return nil
		}
		if err != nil {
			return err
		}
		if m.IsReply() {
			closeFiles(m.Files) // this server sends no commands
			continue
		}
		if (m.Command == CmdVersion) == greeted {
			closeFiles(m.Files)
			return fmt.Errorf("vfio-user: command %d at the wrong time: VERSION comes first and once", m.Command)
		}
		greeted = true
		if err := s.answer(c, m); err != nil {
			if errors.Is(err, unix.EPIPE) || errors.Is(err, unix.ECONNRESET) {
				return nil
			}
			return err
		}
	}
}

func (s *Server) dropClient() {
	if s.fn.MSIX != nil {
		s.fn.MSIX.Close()
	}
	if s.fn.DMA != nil {
		s.fn.DMA.Unmap(DMAUnmap{All: true}) //nolint:errcheck // unmapping all cannot fail
	}
}

// answer carries out one command and replies, unless no reply is wanted.
func (s *Server) answer(c *Conn, m Message) error {
	payload, fds, errno, err := s.dispatch(m)
	if err != nil {
		return err
	}
	if m.NoReply() {
		return nil
	}
	return c.Reply(m.Header, uint32(errno), payload, fds...)
}

// dispatch returns the reply's payload and descriptors, or an errno for the
// client; err ends the connection. It owns m.Files.
func (s *Server) dispatch(m Message) (payload []byte, fds []int, errno unix.Errno, err error) {
	files := m.Files
	defer func() { closeFiles(files) }()
	switch m.Command {
	case CmdVersion:
		v, err := DecodeVersion(m.Payload)
		if err != nil {
			return nil, nil, 0, err
		}
		payload, err = EncodeVersion(v, len(m.Payload))
		return payload, nil, 0, err
	case CmdDMAMap:
		f, rest := takeFirst(files)
		files = rest
		return nil, nil, s.dmaMap(m.Payload, f), nil
	case CmdDMAUnmap:
		payload, errno = s.dmaUnmap(m.Payload)
	case CmdDeviceGetInfo:
		payload = EncodeDeviceInfo()
	case CmdDeviceGetRegion:
		payload, fds, errno = s.regionInfo(m.Payload)
	case CmdDeviceGetIRQ:
		payload, errno = s.irqInfo(m.Payload)
	case CmdDeviceSetIRQs:
		given := files
		files = nil
		errno = s.setIRQs(m.Payload, given)
	case CmdRegionRead, CmdRegionWrite:
		payload, errno = s.access(m.Payload, m.Command == CmdRegionWrite)
	case CmdDeviceReset:
		s.Reset()
	default:
		errno = unix.ENOTSUP
	}
	return payload, fds, errno, nil
}

func takeFirst(files []*os.File) (*os.File, []*os.File) {
	if len(files) == 0 {
		return nil, nil
	}
	return files[0], files[1:]
}

func (s *Server) dmaMap(b []byte, f *os.File) unix.Errno {
	m, err := DecodeDMAMap(b)
	if err != nil || s.fn.DMA == nil {
		if f != nil {
			f.Close()
		}
		if err != nil {
			return unix.EINVAL
		}
		return 0
	}
	s.Traps.DMAMaps.Add(1)
	switch err := s.fn.DMA.Map(m, f); {
	case err == nil:
		return 0
	case errors.Is(err, ErrDMAExists):
		return unix.EEXIST
	default:
		return unix.EINVAL
	}
}

func (s *Server) dmaUnmap(b []byte) ([]byte, unix.Errno) {
	u, err := DecodeDMAUnmap(b)
	if err != nil {
		return nil, unix.EINVAL
	}
	if s.fn.DMA != nil && s.fn.DMA.Unmap(u) != nil {
		return nil, unix.EINVAL
	}
	return b[:dmaUnmapBytes], 0
}

func (s *Server) regionInfo(b []byte) ([]byte, []int, unix.Errno) {
	q, err := DecodeInfoRequest(b)
	if err != nil || q.Index >= NumRegions {
		return nil, nil, unix.EINVAL
	}
	info := RegionInfo{Index: q.Index}
	var file *os.File
	switch {
	case q.Index <= RegionBAR5:
		r := s.fn.BARs[q.Index]
		info.Size, info.Mappable, file = r.Size, r.Mappable, r.File
		info.Readable, info.Writable = r.Size != 0, r.Size != 0
	case q.Index == RegionConfig:
		info.Size, info.Readable, info.Writable = ConfigBytes, true, true
	}
	payload, complete := info.Encode(q.ArgSize)
	if complete && len(info.Mappable) > 0 {
		return payload, []int{int(file.Fd())}, 0
	}
	return payload, nil, 0
}

func (s *Server) irqInfo(b []byte) ([]byte, unix.Errno) {
	q, err := DecodeInfoRequest(b)
	if err != nil || q.Index >= NumIRQs {
		return nil, unix.EINVAL
	}
	count := 0
	switch {
	case q.Index == IRQMSIX && s.fn.MSIX != nil:
		count = s.fn.MSIX.Vectors()
	case q.Index == IRQErr:
		count = 1 // QEMU warns where a function cannot report errors; this one has none to report
	}
	return EncodeIRQInfo(q.Index, uint32(count)), 0
}

func (s *Server) setIRQs(b []byte, files []*os.File) unix.Errno {
	q, err := DecodeSetIRQs(b)
	if err != nil || q.Index >= NumIRQs {
		closeFiles(files)
		return unix.EINVAL
	}
	if q.Index != IRQMSIX || s.fn.MSIX == nil {
		closeFiles(files)
		if q.Count == 0 || (q.Index == IRQErr && q.Start+q.Count == 1) {
			return 0 // switching off what is not there is fine, and so is an error that never comes
		}
		return unix.EINVAL
	}
	if s.fn.MSIX.Apply(q, files) != nil {
		return unix.EINVAL
	}
	return 0
}

func (s *Server) access(b []byte, write bool) ([]byte, unix.Errno) {
	a, data, err := DecodeRegionAccess(b, write)
	if err != nil {
		return nil, unix.EINVAL
	}
	size, handler := uint64(ConfigBytes), RegionHandler(configHandler{s.fn.Config})
	switch {
	case a.Region <= RegionBAR5:
		size, handler = s.fn.BARs[a.Region].Size, s.fn.BARs[a.Region].Handler
	case a.Region != RegionConfig:
		return nil, unix.EINVAL
	}
	if a.Offset > size || uint64(a.Count) > size-a.Offset {
		return nil, unix.EINVAL
	}
	if write {
		s.Traps.Writes.Add(1)
		handler.WriteRegion(a.Offset, data)
		return a.Append(nil), 0
	}
	s.Traps.Reads.Add(1)
	out := a.Append(make([]byte, 0, regionAccessBytes+int(a.Count)))
	out = out[:regionAccessBytes+int(a.Count)]
	handler.ReadRegion(a.Offset, out[regionAccessBytes:])
	return out, 0
}

type configHandler struct{ c *ConfigSpace }

// ReadRegion reads configuration space.
func (h configHandler) ReadRegion(offset uint64, p []byte) { h.c.Read(offset, p) }

// WriteRegion writes configuration space.
func (h configHandler) WriteRegion(offset uint64, p []byte) { h.c.Write(offset, p) }

// Reset brings the function back to power-on, as CmdDeviceReset does.
func (s *Server) Reset() {
	s.Traps.Resets.Add(1)
	s.fn.Config.Reset()
	if s.fn.MSIX != nil {
		s.fn.MSIX.Reset()
	}
	if s.fn.OnReset != nil {
		s.fn.OnReset()
	}
}
