package vfiouser

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Region indices of a PCI function (linux/vfio.h, VFIO_PCI_*_REGION_INDEX).
const (
	RegionBAR0   = 0
	RegionBAR5   = 5
	RegionROM    = 6
	RegionConfig = 7
	RegionVGA    = 8
	NumRegions   = 9
)

// Interrupt indices of a PCI function (linux/vfio.h, VFIO_PCI_*_IRQ_INDEX).
const (
	IRQINTx = 0
	IRQMSI  = 1
	IRQMSIX = 2
	IRQErr  = 3
	IRQReq  = 4
	NumIRQs = 5
)

const (
	deviceFlagReset = 1 << 0
	deviceFlagPCI   = 1 << 1

	regionFlagRead  = 1 << 0
	regionFlagWrite = 1 << 1
	regionFlagMmap  = 1 << 2
	regionFlagCaps  = 1 << 3

	irqFlagEventfd  = 1 << 0
	irqFlagNoResize = 1 << 3
)

// Area is a part of a region that the client may map.
type Area struct {
	Offset, Size uint64
}

// Version is what a client proposes in CmdVersion.
type Version struct {
	Major, Minor uint16
	Capabilities Capabilities
}

// Capabilities are those of a Version that this server understands.
type Capabilities struct {
	MaxMsgFDs       int    `json:"max_msg_fds,omitempty"`
	MaxDataXferSize uint64 `json:"max_data_xfer_size,omitempty"`
}

// DecodeVersion reads the payload of CmdVersion: two numbers and an optional
// NUL-terminated JSON text.
func DecodeVersion(b []byte) (Version, error) {
	if len(b) < 4 {
		return Version{}, ErrShort
	}
	v := Version{Major: binary.NativeEndian.Uint16(b), Minor: binary.NativeEndian.Uint16(b[2:])}
	v.Capabilities = Capabilities{MaxMsgFDs: 1, MaxDataXferSize: MaxTransferBytes}
	text := b[4:]
	if len(text) == 0 {
		return v, nil
	}
	if text[len(text)-1] != 0 {
		return v, fmt.Errorf("vfio-user: version data is not NUL-terminated")
	}
	var data struct {
		Capabilities *Capabilities `json:"capabilities"`
	}
	data.Capabilities = &v.Capabilities
	if err := json.Unmarshal(text[:len(text)-1], &data); err != nil {
		return v, fmt.Errorf("vfio-user: version data: %w", err)
	}
	return v, nil
}

// EncodeVersion makes the payload of the reply to a version request whose
// payload had requestLen bytes. The reply is never longer than the request:
// QEMU reads it into the request's buffer. Capabilities that do not fit are
// left out, which stands for their defaults.
func EncodeVersion(v Version, requestLen int) ([]byte, error) {
	if v.Major != VersionMajor {
		return nil, fmt.Errorf("vfio-user: client speaks version %d.%d, this server %d.%d",
			v.Major, v.Minor, VersionMajor, VersionMinor)
	}
	if requestLen < 4 || requestLen > maxVersionReplyLen {
		requestLen = min(max(requestLen, 4), maxVersionReplyLen)
	}
	fds := min(max(v.Capabilities.MaxMsgFDs, 1), MaxMessageFDs)
	size := min(max(v.Capabilities.MaxDataXferSize, 4096), MaxTransferBytes)
	texts := []string{
		fmt.Sprintf(`{"capabilities":{"max_msg_fds":%d,"max_data_xfer_size":%d}}`, fds, size),
		fmt.Sprintf(`{"capabilities":{"max_msg_fds":%d}}`, fds),
		`{}`,
	}
	head := binary.NativeEndian.AppendUint16(nil, VersionMajor)
	head = binary.NativeEndian.AppendUint16(head, min(v.Minor, VersionMinor))
	for _, t := range texts {
		if 4+len(t)+1 <= requestLen {
			return append(append(head, t...), 0), nil
		}
	}
	return head, nil
}

// EncodeDeviceInfo makes the payload of the reply to CmdDeviceGetInfo.
func EncodeDeviceInfo() []byte {
	ne := binary.NativeEndian
	b := ne.AppendUint32(nil, deviceInfoBytes)
	b = ne.AppendUint32(b, deviceFlagReset|deviceFlagPCI)
	b = ne.AppendUint32(b, NumRegions)
	return ne.AppendUint32(b, NumIRQs)
}

// InfoRequest is what the three GET_*_INFO requests have in common.
type InfoRequest struct {
	ArgSize uint32 // most payload bytes that the client can take
	Index   uint32
}

// DecodeInfoRequest reads a request for region or interrupt information.
func DecodeInfoRequest(b []byte) (InfoRequest, error) {
	if len(b) < 12 {
		return InfoRequest{}, ErrShort
	}
	return InfoRequest{ArgSize: binary.NativeEndian.Uint32(b), Index: binary.NativeEndian.Uint32(b[8:])}, nil
}

// RegionInfo describes one region to the client.
type RegionInfo struct {
	Index    uint32
	Size     uint64
	Readable bool
	Writable bool
	Mappable []Area // empty: every access is a message
}

// EncodedBytes is the payload size of the full description.
func (r RegionInfo) EncodedBytes() int {
	if len(r.Mappable) == 0 {
		return regionInfoBytes
	}
	return regionInfoBytes + capHeaderBytes + sparseFixedBytes + len(r.Mappable)*sparseAreaBytes
}

// Encode makes the payload of the reply to CmdDeviceGetRegion for a client that
// takes argSize bytes. complete is false when the full description did not fit:
// then only the fixed part is sent, its argsz says how much is needed, and the
// file descriptor must wait for the second request (QEMU would lose it).
func (r RegionInfo) Encode(argSize uint32) (payload []byte, complete bool) {
	need := r.EncodedBytes()
	complete = uint32(need) <= argSize
	var flags, capOffset uint32
	if r.Readable {
		flags |= regionFlagRead
	}
	if r.Writable {
		flags |= regionFlagWrite
	}
	if len(r.Mappable) > 0 {
		flags |= regionFlagMmap | regionFlagCaps
		capOffset = regionInfoBytes
	}
	ne := binary.NativeEndian
	b := ne.AppendUint32(make([]byte, 0, need), uint32(need))
	b = ne.AppendUint32(b, flags)
	b = ne.AppendUint32(b, r.Index)
	b = ne.AppendUint32(b, capOffset)
	b = ne.AppendUint64(b, r.Size)
	b = ne.AppendUint64(b, 0)
	if !complete || len(r.Mappable) == 0 {
		return b, complete
	}
	b = ne.AppendUint16(b, capSparseMmap)
	b = ne.AppendUint16(b, capSparseVersion)
	b = ne.AppendUint32(b, 0)
	b = ne.AppendUint32(b, uint32(len(r.Mappable)))
	b = ne.AppendUint32(b, 0)
	for _, a := range r.Mappable {
		b = ne.AppendUint64(b, a.Offset)
		b = ne.AppendUint64(b, a.Size)
	}
	return b, true
}

// DecodeRegionInfo reads a reply to CmdDeviceGetRegion, as a client does. need
// is the payload size that the server asks for.
func DecodeRegionInfo(b []byte) (r RegionInfo, need uint32, err error) {
	if len(b) < regionInfoBytes {
		return r, 0, ErrShort
	}
	ne := binary.NativeEndian
	need = ne.Uint32(b)
	flags := ne.Uint32(b[4:])
	r = RegionInfo{
		Index: ne.Uint32(b[8:]), Size: ne.Uint64(b[16:]),
		Readable: flags&regionFlagRead != 0, Writable: flags&regionFlagWrite != 0,
	}
	if flags&regionFlagCaps == 0 || len(b) == regionInfoBytes {
		return r, need, nil
	}
	at := int(min(ne.Uint32(b[12:]), uint32(len(b))))
	if at < regionInfoBytes || len(b)-at < capHeaderBytes+sparseFixedBytes {
		return r, need, ErrShort
	}
	if id := ne.Uint16(b[at:]); id != capSparseMmap {
		return r, need, fmt.Errorf("vfio-user: unknown region capability %d", id)
	}
	areas := b[at+capHeaderBytes+sparseFixedBytes:]
	n := ne.Uint32(b[at+capHeaderBytes:])
	if uint64(n)*sparseAreaBytes > uint64(len(areas)) {
		return r, need, ErrShort
	}
	for i := range int(n) {
		a := areas[i*sparseAreaBytes:]
		r.Mappable = append(r.Mappable, Area{Offset: ne.Uint64(a), Size: ne.Uint64(a[8:])})
	}
	return r, need, nil
}

// EncodeIRQInfo makes the payload of the reply to CmdDeviceGetIRQ.
func EncodeIRQInfo(index, count uint32) []byte {
	ne := binary.NativeEndian
	b := ne.AppendUint32(nil, irqInfoBytes)
	b = ne.AppendUint32(b, irqFlagEventfd|irqFlagNoResize)
	b = ne.AppendUint32(b, index)
	return ne.AppendUint32(b, count)
}

// Data and action bits of SetIRQs.Flags (linux/vfio.h, VFIO_IRQ_SET_*).
const (
	IRQDataNone      = 1 << 0
	IRQDataBool      = 1 << 1
	IRQDataEventfd   = 1 << 2
	IRQActionMask    = 1 << 3
	IRQActionUnmask  = 1 << 4
	IRQActionTrigger = 1 << 5
)

// SetIRQs is the payload of CmdDeviceSetIRQs; eventfds travel beside it.
type SetIRQs struct {
	Flags, Index, Start, Count uint32
	Bools                      []byte // Count bytes when Flags has IRQDataBool
}

// DecodeSetIRQs reads the payload of CmdDeviceSetIRQs.
func DecodeSetIRQs(b []byte) (SetIRQs, error) {
	if len(b) < setIRQsBytes {
		return SetIRQs{}, ErrShort
	}
	ne := binary.NativeEndian
	s := SetIRQs{Flags: ne.Uint32(b[4:]), Index: ne.Uint32(b[8:]), Start: ne.Uint32(b[12:]), Count: ne.Uint32(b[16:])}
	if s.Start+s.Count < s.Start {
		return s, fmt.Errorf("vfio-user: SET_IRQS range %d+%d wraps around", s.Start, s.Count)
	}
	if s.Flags&IRQDataBool != 0 {
		if uint64(len(b)-setIRQsBytes) < uint64(s.Count) {
			return s, ErrShort
		}
		s.Bools = b[setIRQsBytes : setIRQsBytes+int(s.Count)]
	}
	return s, nil
}
