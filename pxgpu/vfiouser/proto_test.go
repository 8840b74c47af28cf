package vfiouser

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
)

func TestHeaderRoundTrip(t *testing.T) {
	h := Header{ID: 7, Command: CmdRegionRead, Size: 32, Flags: flagNoReply, Errno: 0}
	got, err := DecodeHeader(h.Append(nil))
	if err != nil || got != h {
		t.Fatalf("got %+v, %v", got, err)
	}
	if !got.NoReply() || got.IsReply() {
		t.Fatal("flags misread")
	}
}

func TestHeaderRefusesImpossibleSizes(t *testing.T) {
	for _, size := range []uint32{0, 15, MaxMessageBytes + 1, 1 << 31} {
		if _, err := DecodeHeader(Header{Size: size}.Append(nil)); err == nil {
			t.Errorf("size %d accepted", size)
		}
	}
	if _, err := DecodeHeader(make([]byte, 15)); !errors.Is(err, ErrShort) {
		t.Errorf("short header: %v", err)
	}
	if _, err := DecodeHeader(Header{Size: 16, Flags: 5}.Append(nil)); err == nil {
		t.Error("unknown type accepted")
	}
}

func TestErrorReplyIsHeaderOnly(t *testing.T) {
	b := AppendReply(nil, Header{ID: 3, Command: CmdDMAMap}, 17, []byte("payload"))
	h, err := DecodeHeader(b)
	if err != nil || len(b) != HeaderBytes || !h.IsReply() || h.Flags&flagError == 0 || h.Errno != 17 || h.ID != 3 {
		t.Fatalf("%+v, %d bytes, %v", h, len(b), err)
	}
}

func TestVersionReplyFitsTheRequest(t *testing.T) {
	v := Version{Major: 0, Minor: 5, Capabilities: Capabilities{MaxMsgFDs: 64, MaxDataXferSize: 1 << 30}}
	for n := range 300 {
		b, err := EncodeVersion(v, n)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > max(n, 4) {
			t.Fatalf("reply of %d bytes to a request of %d", len(b), n)
		}
		if len(b) > 4 && b[len(b)-1] != 0 {
			t.Fatalf("reply for %d bytes does not end in NUL", n)
		}
		back, err := DecodeVersion(b)
		if err != nil {
			t.Fatal(err)
		}
		if back.Minor > VersionMinor || back.Capabilities.MaxMsgFDs > MaxMessageFDs || back.Capabilities.MaxDataXferSize > MaxTransferBytes {
			t.Fatalf("reply promises too much: %+v", back)
		}
	}
	if _, err := EncodeVersion(Version{Major: 1}, 100); err == nil {
		t.Fatal("another major version accepted")
	}
}

func TestDecodeVersionNeedsNUL(t *testing.T) {
	if _, err := DecodeVersion([]byte("\x00\x00\x01\x00{}")); err == nil || !strings.Contains(err.Error(), "NUL") {
		t.Fatalf("got %v", err)
	}
}

// The first request of QEMU has room for the fixed part only: the answer names
// the real size, and only the second, longer one is complete.
func TestRegionInfoTwoSteps(t *testing.T) {
	r := RegionInfo{Index: 0, Size: 1 << 24, Readable: true, Writable: true, Mappable: []Area{{0x1000, 1<<24 - 0x1000}}}
	first, complete := r.Encode(32)
	if complete || len(first) != 32 {
		t.Fatalf("first answer: %d bytes, complete %v", len(first), complete)
	}
	_, need, err := DecodeRegionInfo(first)
	if err != nil || int(need) != r.EncodedBytes() {
		t.Fatalf("first answer asks for %d bytes, %v", need, err)
	}
	second, complete := r.Encode(need)
	back, _, err := DecodeRegionInfo(second)
	if err != nil || !complete || len(second) != int(need) || len(back.Mappable) != 1 || back.Mappable[0] != r.Mappable[0] || back.Size != r.Size {
		t.Fatalf("second answer: %+v, %d bytes, complete %v, %v", back, len(second), complete, err)
	}
}

func TestDMAMapRefusesWrap(t *testing.T) {
	enc := func(offset, address, size uint64) []byte {
		b := binary.NativeEndian.AppendUint32(nil, 32)
		b = binary.NativeEndian.AppendUint32(b, 3)
		for _, v := range []uint64{offset, address, size} {
			b = binary.NativeEndian.AppendUint64(b, v)
		}
		return b
	}
	for _, c := range [][3]uint64{{0, 0, 0}, {0, ^uint64(0), 2}, {^uint64(0), 0, 2}} {
		if _, err := DecodeDMAMap(enc(c[0], c[1], c[2])); err == nil {
			t.Errorf("%v accepted", c)
		}
	}
	if m, err := DecodeDMAMap(enc(1, 2, 3)); err != nil || m != (DMAMap{true, true, 1, 2, 3}) {
		t.Errorf("got %+v, %v", m, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x00\x00\x01\x00{\"capabilities\":{\"max_msg_fds\":8}}\x00"))
	r, _ := RegionInfo{Size: 1 << 24, Mappable: []Area{{0x1000, 0x1000}}}.Encode(4096)
	f.Add(r)
	f.Add(Header{ID: 1, Command: CmdVersion, Size: 16}.Append(nil))
	f.Add(bytes.Repeat([]byte{0xFF}, 64))
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := DecodeHeader(b); err == nil && !bytes.Equal(h.Append(nil), b[:HeaderBytes]) {
			t.Fatal("header does not survive a round trip")
		}
		if v, err := DecodeVersion(b); err == nil {
			EncodeVersion(v, len(b)) //nolint:errcheck // only that it does not panic
		}
		if a, data, err := DecodeRegionAccess(b, true); err == nil && len(data) != int(a.Count) {
			t.Fatalf("write of %d bytes carries %d", a.Count, len(data))
		}
		if s, err := DecodeSetIRQs(b); err == nil && s.Flags&IRQDataBool != 0 && len(s.Bools) != int(s.Count) {
			t.Fatal("booleans missing")
		}
		if m, err := DecodeDMAMap(b); err == nil && m.Address+m.Size-1 < m.Address {
			t.Fatal("range wraps")
		}
		DecodeDMAUnmap(b)    //nolint:errcheck // only that it does not panic
		DecodeRegionInfo(b)  //nolint:errcheck // only that it does not panic
		DecodeInfoRequest(b) //nolint:errcheck // only that it does not panic
	})
}
