package picture

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"testing"

	"pxos/abi"
	"pxos/abi/tables"
)

// machine is 512 MiB (or any number of extents) with a kernel and some processes.
func machine(extents int) *tables.Tables {
	t := &tables.Tables{Processes: []tables.Process{
		{State: abi.ProcessLive, ExtentQuota: abi.MaxProcessExtents},
		{Handle: 1, State: abi.ProcessLive, ExtentQuota: 32}, {Handle: 2, State: abi.ProcessLive, ExtentQuota: 64},
		{Handle: 3, State: abi.ProcessEnding, ExtentQuota: 8}, {Handle: 9, State: abi.ProcessLive, ExtentQuota: 16},
	}}
	for n := range extents {
		e := tables.Extent{Number: n, State: abi.ExtentFree}
		own := func(h tables.Handle, r tables.Rights) {
			e.State, e.Owner, e.Rights = abi.ExtentOwned, h, r
		}
		switch {
		case n == 0:
			own(0, abi.RightRead)
		case n == 1:
			own(0, abi.RightsAll)
		case n < 12:
			own(0, abi.RightRead|abi.RightWrite)
		case n < 40:
			own(1, abi.RightRead|abi.RightWrite)
		case n < 44:
			own(1, abi.RightRead|abi.RightExec)
		case n >= 50 && n < 90:
			own(2, abi.RightRead|abi.RightWrite)
		case n >= 90 && n < 96:
			own(3, abi.RightRead|abi.RightWrite)
			e.State = abi.ExtentRevoking
		case n >= 130 && n < 140:
			own(9, abi.RightsAll)
		case n >= 140 && n < 180:
			own(tables.Handle(n/4-31), abi.RightRead|abi.RightWrite)
		}
		t.Extents = append(t.Extents, e)
		if n >= 8 && n < 12 {
			t.Capabilities = append(t.Capabilities, tables.Capability{Slot: len(t.Capabilities), State: abi.CapabilityLive, Rights: 1,
				Holder: 2, Object: tables.Object{Kind: abi.ObjectExtent, Index: n}})
		}
	}
	return t
}

func TestTilesShowTheirOwner(t *testing.T) {
	x := machine(256)
	m := Draw(x)
	p := &picture{t: x, g: grid{16, 2}}
	top := margin + 3*lineHigh
	at := func(n int) image.Point {
		return image.Pt(margin+labelWide+n%perRow*p.g.pitch()+7, top+n/perRow*p.g.pitch()+3)
	}
	for n, want := range map[int]any{0: blend(kernelColour, background, 0.72), 5: kernelColour, 20: colourOf(1), 60: colourOf(2), 200: freeFill} {
		if got := m.RGBAAt(at(n).X, at(n).Y); got != want {
			t.Errorf("extent %d is %v, want %v", n, got, want)
		}
	}
	corner := at(9)
	if got := m.RGBAAt(corner.X+7, corner.Y+11); got != colourOf(2) {
		t.Errorf("the second holder of extent 9 is %v", got)
	}
}

func TestPNGIsRepeatable(t *testing.T) {
	var a, b bytes.Buffer
	if err := PNG(&a, machine(256)); err != nil {
		t.Fatal(err)
	}
	if err := PNG(&b, machine(256)); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("two pictures of one machine differ (%v)", err)
	}
	if _, err := png.Decode(&a); err != nil {
		t.Error(err)
	}
	if path := os.Getenv("PXOS_PICTURE"); path != "" {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAbsentMemoryIsLeftOut has 2 GiB below and 1 GiB above 4 GiB.
func TestAbsentMemoryIsLeftOut(t *testing.T) {
	x := machine(3072)
	whole := Draw(x).Bounds().Dy()
	x.Extents = append(x.Extents[:1024:1024], x.Extents[2048:]...)
	r := rowsOf(x)
	if len(r) != 32 || r[16].first != 2048 || r[16].missing != 1024 {
		t.Errorf("%+v", r)
	}
	if got := Draw(x).Bounds().Dy(); got >= whole+500 {
		t.Errorf("%d pixels high, %d with all memory", got, whole)
	}
}

func TestExtremes(t *testing.T) {
	for _, x := range []*tables.Tables{{}, machine(1), machine(abi.MaxExtents)} {
		if b := Draw(x).Bounds(); b.Empty() || b.Dy() > 4000 {
			t.Errorf("%d extents make a picture of %v", len(x.Extents), b)
		}
	}
	many := machine(8)
	for i := range 255 {
		many.Processes = append(many.Processes, tables.Process{Handle: tables.Handle(i + 1), State: abi.ProcessLive})
	}
	p := &picture{t: many, g: grid{16, 2}, rows: rowsOf(many), owners: ownersOf(many, nil)}
	if len(p.owners) != maxOwners || p.owners[0].handle != tables.Kernel {
		t.Errorf("%d owners, the first %v", len(p.owners), p.owners[0])
	}
	if h := Draw(many).Bounds().Dy(); h != p.height() {
		t.Errorf("height %d, want %d", h, p.height())
	}
	seen := map[any]int{}
	for i := range abi.MaxProcesses {
		seen[colourOf(tables.Handle(i))]++
	}
	if len(seen) < 200 {
		t.Errorf("%d colours for 256 processes", len(seen))
	}
}
