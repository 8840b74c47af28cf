package vfiouser

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Command is the number of a vfio-user message (specification, "Commands").
type Command uint16

// The commands that a client sends to a server, and the two (DMARead, DMAWrite)
// that go the other way.
const (
	CmdVersion            Command = 1
	CmdDMAMap             Command = 2
	CmdDMAUnmap           Command = 3
	CmdDeviceGetInfo      Command = 4
	CmdDeviceGetRegion    Command = 5
	CmdDeviceGetRegionFDs Command = 6
	CmdDeviceGetIRQ       Command = 7
	CmdDeviceSetIRQs      Command = 8
	CmdRegionRead         Command = 9
	CmdRegionWrite        Command = 10
	CmdDMARead            Command = 11
	CmdDMAWrite           Command = 12
	CmdDeviceReset        Command = 13
	CmdRegionWriteMulti   Command = 15
	CmdDeviceFeature      Command = 16
)

// Sizes of the fixed parts of messages, bytes.
const (
	HeaderBytes        = 16
	dmaMapBytes        = 32
	dmaUnmapBytes      = 24
	deviceInfoBytes    = 16
	regionInfoBytes    = 32
	irqInfoBytes       = 16
	setIRQsBytes       = 20
	regionAccessBytes  = 16
	capHeaderBytes     = 8
	sparseFixedBytes   = 8
	sparseAreaBytes    = 16
	capSparseMmap      = 1
	capSparseVersion   = 1
	MaxTransferBytes   = 1 << 20 // max_data_xfer_size that we name and keep to
	MaxMessageBytes    = MaxTransferBytes + 4096
	MaxMessageFDs      = 16 // QEMU refuses to hear of more
	VersionMajor       = 0
	VersionMinor       = 1
	maxVersionReplyLen = 4096
)

// Header flags.
const (
	flagReply   = 1 << 0
	flagNoReply = 1 << 4
	flagError   = 1 << 5
	typeMask    = 0xF
)

// ErrShort reports a message shorter than its fixed part.
var ErrShort = errors.New("vfio-user: message shorter than its fixed part")

// Header is the 16-byte head of every message.
type Header struct {
	ID      uint16
	Command Command
	Size    uint32 // of the whole message, the header included
	Flags   uint32
	Errno   uint32
}

// NoReply tells whether the sender of a command wants no reply.
func (h Header) NoReply() bool { return h.Flags&flagNoReply != 0 }

// IsReply tells whether the message answers a command.
func (h Header) IsReply() bool { return h.Flags&typeMask == flagReply }

// DecodeHeader reads a header and checks that its size is possible.
func DecodeHeader(b []byte) (Header, error) {
	if len(b) < HeaderBytes {
		return Header{}, ErrShort
	}
	le := binary.NativeEndian
	h := Header{
		ID: le.Uint16(b), Command: Command(le.Uint16(b[2:])), Size: le.Uint32(b[4:]),
		Flags: le.Uint32(b[8:]), Errno: le.Uint32(b[12:]),
	}
	if h.Size < HeaderBytes || h.Size > MaxMessageBytes {
		return h, fmt.Errorf("vfio-user: message %d of command %d claims %d bytes, allowed are %d to %d",
			h.ID, h.Command, h.Size, HeaderBytes, MaxMessageBytes)
	}
	if t := h.Flags & typeMask; t > flagReply {
		return h, fmt.Errorf("vfio-user: message %d has unknown type %d", h.ID, t)
	}
	return h, nil
}

// Append adds the encoded header to b.
func (h Header) Append(b []byte) []byte {
	ne := binary.NativeEndian
	b = ne.AppendUint16(b, h.ID)
	b = ne.AppendUint16(b, uint16(h.Command))
	b = ne.AppendUint32(b, h.Size)
	b = ne.AppendUint32(b, h.Flags)
	return ne.AppendUint32(b, h.Errno)
}

// AppendReply adds a whole reply to command h to b: errno 0 with payload, or
// another errno without one ("if an error occurs, the reply message must only
// include the reply header").
func AppendReply(b []byte, h Header, errno uint32, payload []byte) []byte {
	r := Header{ID: h.ID, Command: h.Command, Flags: flagReply, Errno: errno}
	if errno != 0 {
		r.Flags |= flagError
		payload = nil
	}
	r.Size = uint32(HeaderBytes + len(payload))
	return append(r.Append(b), payload...)
}

// DMAMap is the payload of CmdDMAMap.
type DMAMap struct {
	Readable, Writeable bool
	Offset              uint64 // in the passed file
	Address, Size       uint64 // in the guest's DMA space
}

// DecodeDMAMap reads the payload of CmdDMAMap and refuses ranges that wrap.
func DecodeDMAMap(b []byte) (DMAMap, error) {
	if len(b) < dmaMapBytes {
		return DMAMap{}, ErrShort
	}
	ne := binary.NativeEndian
	flags := ne.Uint32(b[4:])
	m := DMAMap{
		Readable: flags&1 != 0, Writeable: flags&2 != 0,
		Offset: ne.Uint64(b[8:]), Address: ne.Uint64(b[16:]), Size: ne.Uint64(b[24:]),
	}
	switch {
	case m.Size == 0:
		return m, errors.New("vfio-user: DMA_MAP of no bytes")
	case m.Address+m.Size-1 < m.Address || m.Offset+m.Size-1 < m.Offset:
		return m, fmt.Errorf("vfio-user: DMA_MAP at %#x of %#x bytes wraps around", m.Address, m.Size)
	}
	return m, nil
}

// DMAUnmap is the payload of CmdDMAUnmap.
type DMAUnmap struct {
	All           bool // VFIO_DMA_UNMAP_FLAG_ALL: address and size are ignored
	Address, Size uint64
}

// DecodeDMAUnmap reads the payload of CmdDMAUnmap.
func DecodeDMAUnmap(b []byte) (DMAUnmap, error) {
	if len(b) < dmaUnmapBytes {
		return DMAUnmap{}, ErrShort
	}
	ne := binary.NativeEndian
	return DMAUnmap{All: ne.Uint32(b[4:])&2 != 0, Address: ne.Uint64(b[8:]), Size: ne.Uint64(b[16:])}, nil
}

// RegionAccess is the fixed part of CmdRegionRead and CmdRegionWrite.
type RegionAccess struct {
	Offset uint64
	Region uint32
	Count  uint32
}

// DecodeRegionAccess reads the fixed part of a region access and checks its
// count; for a write, payload must hold Count bytes of data behind it.
func DecodeRegionAccess(b []byte, write bool) (RegionAccess, []byte, error) {
	if len(b) < regionAccessBytes {
		return RegionAccess{}, nil, ErrShort
	}
	ne := binary.NativeEndian
	a := RegionAccess{Offset: ne.Uint64(b), Region: ne.Uint32(b[8:]), Count: ne.Uint32(b[12:])}
	if a.Count > MaxTransferBytes {
		return a, nil, fmt.Errorf("vfio-user: access of %d bytes, the limit is %d", a.Count, MaxTransferBytes)
	}
	data := b[regionAccessBytes:]
	if !write {
		return a, nil, nil
	}
	if uint64(len(data)) < uint64(a.Count) {
		return a, nil, fmt.Errorf("vfio-user: write of %d bytes carries %d", a.Count, len(data))
	}
	return a, data[:a.Count], nil
}

// Append adds the encoded access, without data, to b.
func (a RegionAccess) Append(b []byte) []byte {
	ne := binary.NativeEndian
	b = ne.AppendUint64(b, a.Offset)
	b = ne.AppendUint32(b, a.Region)
	return ne.AppendUint32(b, a.Count)
}
