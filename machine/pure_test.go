package machine

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"os"
	"strings"
	"testing"
	"time"
)

// tinyKernel is a 32-bit ELF with one segment and a Multiboot 1 header.
func tinyKernel() []byte {
	var b bytes.Buffer
	le := binary.LittleEndian
	header := make([]byte, 52)
	copy(header, "\x7fELF\x01\x01\x01")
	le.PutUint16(header[16:], 2)
	le.PutUint16(header[18:], 3)
	le.PutUint32(header[20:], 1)
	le.PutUint32(header[24:], 0x100000)
	le.PutUint32(header[28:], 52)
	le.PutUint16(header[40:], 52)
	le.PutUint16(header[42:], 32)
	le.PutUint16(header[44:], 1)
	segment := make([]byte, 32)
	for i, v := range []uint32{1, 0x1000, 0x100000, 0x100000, 16, 16, 5, 4096} {
		le.PutUint32(segment[4*i:], v)
	}
	b.Write(header)
	b.Write(segment)
	b.Write(make([]byte, 0x1000-b.Len()))
	magic := uint32(multibootMagic)
	binary.Write(&b, le, []uint32{magic, 0, -magic, 0xF4})
	return b.Bytes()
}

func TestCheckKernel(t *testing.T) {
	ranges, err := checkKernel(writeFile(t, "k", tinyKernel()))
	if err != nil {
		t.Fatal(err)
	}
	if len(ranges) != 2 || ranges[0] != (physRange{0x100000, 0x100010}) {
		t.Errorf("segments at %+v", ranges)
	}
}

func parseLog(t testing.TB, name string) *intLog {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	l := newIntLog()
	l.feed(text)
	l.finish()
	return l
}

func TestIntLogTripleFault(t *testing.T) {
	l := parseLog(t, "triple.log")
	got := l.exceptions()
	if !l.tripleFault || len(got) != 4 || l.resets != 2 {
		t.Fatalf("triple %v, resets %d, %d entries: %+v", l.tripleFault, l.resets, len(got), got)
	}
	if e := got[0]; e.Vector != 14 || e.ErrorCode != 2 || e.OldVector != noVector || !e.HasState ||
		e.Registers.CR2 != 0xDEADB000 || e.Registers.CS.Flags != 0x00209A00 || e.Registers.IDT.Limit != 0x3FF {
		t.Errorf("page fault %+v", e)
	}
	if e := got[1]; e.Vector != 13 || e.OldVector != 14 || e.HasState {
		t.Errorf("failed delivery %+v", e)
	}
	if e := got[2]; e.Vector != 8 || e.OldVector != 13 || !e.HasState {
		t.Errorf("double fault %+v", e)
	}
	if len(l.guestErrors) != 0 {
		t.Errorf("guest errors %q", l.guestErrors)
	}
}

// TestIntLogInPieces feeds the log cut at every kind of place.
func TestIntLogInPieces(t *testing.T) {
	text, err := os.ReadFile("testdata/triple.log")
	if err != nil {
		t.Fatal(err)
	}
	whole := parseLog(t, "triple.log").exceptions()
	for _, size := range []int{1, 7, 61, 1000} {
		l := newIntLog()
		for rest := text; len(rest) > 0; {
			n := min(size, len(rest))
			l.feed(rest[:n])
			rest = rest[n:]
		}
		l.finish()
		got := l.exceptions()
		if len(got) != len(whole) || got[0] != whole[0] || got[3] != whole[3] {
			t.Errorf("pieces of %d bytes: %+v", size, got)
		}
	}
}

const stateTail = "RAX=0000000000000000 RBX=0000000000000000 RCX=0000000000000000 RDX=0000000000000000\n" +
	"RIP=ffff800000201000 RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=0\nCR0=80010033 CR2=0000000000000000 CR3=0000000000101000 CR4=00000020\nEFER=0000000000000d01\n"

func TestIntLogKinds(t *testing.T) {
	l := newIntLog()
	l.feed([]byte("Servicing hardware INT=0x08\n" + // firmware, real mode
		"Servicing hardware INT=0x20\n     0: v=20 e=0000 i=0 cpl=0 IP=0008:ffff800000201000 pc=0 SP=0010:0 env->regs[R_EAX]=0\n" + stateTail +
		"     1: v=03 e=0000 i=1 cpl=0 IP=0008:ffff800000201000 pc=0 SP=0010:0 env->regs[R_EAX]=0\n" + stateTail +
		"SMM: enter\n" + stateTail +
		"Invalid access at addr 0x0, size 4\n" +
		"memory_region_ops_write cpu 0 mr 0x55 addr 0xf4 value 0x10 size 1 name 'isa-debug-exit'\n"))
	l.finish()
	got := l.exceptions()
	if len(got) != 2 || !got[0].Hardware || got[0].Vector != 0x20 || !got[1].Soft || got[1].Hardware || got[1].Vector != 3 {
		t.Fatalf("entries %+v", got)
	}
	if !l.exitSeen || l.exitCode != 0x10 || len(l.guestErrors) != 1 {
		t.Errorf("exit %v %#x, errors %q", l.exitSeen, l.exitCode, l.guestErrors)
	}
}

// TestIntLogKeepsFirstAndLast counts: what is kept and what is dropped.
func TestIntLogKeepsFirstAndLast(t *testing.T) {
	l := newIntLog()
	const n = 1000
	for i := range n {
		l.append(Exception{Seq: i})
	}
	got := l.exceptions()
	if len(got) != firstExceptions+lastExceptions || l.dropped != n-len(got) {
		t.Fatalf("%d kept, %d dropped", len(got), l.dropped)
	}
	if got[0].Seq != 0 || got[firstExceptions-1].Seq != firstExceptions-1 ||
		got[firstExceptions].Seq != n-lastExceptions || got[len(got)-1].Seq != n-1 {
		t.Errorf("wrong entries kept: %d … %d … %d", got[0].Seq, got[firstExceptions].Seq, got[len(got)-1].Seq)
	}
}

func TestMemoryMap(t *testing.T) {
	text, err := os.ReadFile("testdata/mtree.txt")
	if err != nil {
		t.Fatal(err)
	}
	regions, err := parseMemoryMap(string(text))
	if err != nil {
		t.Fatal(err)
	}
	last := regions[len(regions)-1]
	if last.Start != 4<<30 || last.Offset != 2<<30 || last.Name != ramName || last.Kind != "ram" {
		t.Errorf("last region %+v", last)
	}
	for i := 1; i < len(regions); i++ {
		if regions[i].Start <= regions[i-1].End {
			t.Errorf("%+v overlaps %+v", regions[i], regions[i-1])
		}
	}
	if r, err := readableRegion(regions, 0xFFFFFFF0); err != nil || r.Name != "pc.bios" || !r.ReadOnly {
		t.Errorf("reset vector in %+v, %v", r, err)
	}
	if _, err := parseMemoryMap("no flat view here"); err == nil {
		t.Error("nonsense was accepted")
	}
}

// TestOfKernel: states that were seen while each of them ran.
func TestOfKernel(t *testing.T) {
	at := func(cr0, rip, gdt uint64, limit uint32) cpuState {
		return cpuState{Registers: Registers{CR0: cr0, RIP: rip, GDT: Table{Base: gdt, Limit: limit}}}
	}
	for name, test := range map[string]struct {
		state cpuState
		want  bool
	}{
		"real mode":          {at(0x10, 0x7C00, 0, 0), false},
		"SeaBIOS moved":      {at(0x11, 0x06FEAE80, 0xF61A0, 0x37), false},
		"GRUB":               {at(0x11, 0x909F, 0x8280, 0x27), false},
		"GRUB module":        {at(0x11, 0x07ED44AC, 0x8280, 0x27), false},
		"32-bit kernel":      {at(0x11, 0x100010, 0x100098, 0x17), true},
		"kernel with paging": {at(0x80000011, 0x7000, 0x8280, 0x27), true},
		"known segments":     {at(0x11, 0x5000, 0x8280, 0x27), true},
	} {
		var ranges []physRange
		if name == "known segments" {
			ranges = []physRange{{0x5000, 0x6000}}
		}
		if got := ofKernel(test.state, ranges); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// judgeStates feeds states 60 ms apart, each after the emulator ran.
func judgeStates(states func(i int) cpuState, kernel bool, events func(i int) uint64) (verdict, int) {
	j := newHangJudge(5 * time.Second)
	for i := range 200 {
		s := sample{cpus: []cpuState{states(i)}, at: time.Duration(i) * sampleEvery, ticks: uint64(i), events: events(i), kernel: kernel}
		if v := j.add(s); v != verdictNone {
			return v, i
		}
	}
	return verdictNone, 0
}

func state(rip, flags uint64, halted bool) cpuState {
	return cpuState{Registers: Registers{RIP: rip, RFLAGS: flags}, Halted: halted}
}

func TestHangJudge(t *testing.T) {
	none := func(int) uint64 { return 0 }
	for name, test := range map[string]struct {
		states func(int) cpuState
		kernel bool
		events func(int) uint64
		want   verdict
	}{
		"cli hlt":       {func(int) cpuState { return state(0x100000, 2, true) }, true, none, verdictHalted},
		"sti hlt":       {func(int) cpuState { return state(0x100000, 0x202, true) }, true, none, verdictIdle},
		"ticking":       {func(int) cpuState { return state(0x100000, 0x202, true) }, true, func(i int) uint64 { return uint64(i) }, verdictNone},
		"tight loop":    {func(int) cpuState { return state(0x100000, 2, false) }, true, none, verdictRepeat},
		"polling":       {func(i int) cpuState { return state(0x100000+uint64(i%3), 2, false) }, true, none, verdictRepeat},
		"counting down": {func(i int) cpuState { c := state(0x100000, 2, false); c.RCX = uint64(1000 - i); return c }, true, none, verdictNone},
		"loader waits":  {func(int) cpuState { return state(0x9000, 2, false) }, false, none, verdictLoader},
	} {
		if got, at := judgeStates(test.states, test.kernel, test.events); got != test.want {
			t.Errorf("%s: verdict %d after %d samples, want %d", name, got, at, test.want)
		}
	}
}

// TestHangJudgeWantsProcessorTime: a starved emulator proves nothing.
func TestHangJudgeWantsProcessorTime(t *testing.T) {
	j := newHangJudge(time.Second)
	for i := range 200 {
		s := sample{cpus: []cpuState{state(0x100000, 2, false)}, at: time.Duration(i) * sampleEvery, ticks: 7, kernel: true}
		if v := j.add(s); v != verdictNone {
			t.Fatalf("verdict %d though the emulator never ran", v)
		}
	}
}

func TestPackets(t *testing.T) {
	for _, text := range []string{"", "m1000,10", "a#b$c}d*e", strings.Repeat("x", 1000)} {
		got, err := readPacket(bufio.NewReader(bytes.NewReader(append([]byte("++"), appendPacket(nil, text)...))))
		if err != nil || got != text {
			t.Errorf("%q came back as %q, %v", text, got, err)
		}
	}
	if got, err := unpack([]byte("0* ")); err != nil || got != "0000" { // the GDB manual's example
		t.Errorf("run: %q, %v", got, err)
	}
	for _, bad := range []string{"$abc#00", "$abc", "$*!#4b", "$abc#zz"} {
		if got, err := readPacket(bufio.NewReader(strings.NewReader(bad))); err == nil {
			t.Errorf("%q was read as %q", bad, got)
		}
	}
}

func TestQMPMessages(t *testing.T) {
	for line, good := range map[string]bool{
		`{"QMP": {"version": {}, "capabilities": []}}`: true,
		`{"event": "STOP", "timestamp": {}}`:           true,
		`{"return": {}, "id": 1}`:                      true,
		`{"error": {"class": "x", "desc": "y"}}`:       true,
		`{"return": {}}`:                               false,
		`{}`:                                           false,
		`[1]`:                                          false,
		`nonsense`:                                     false,
	} {
		if _, err := parseQMP([]byte(line)); (err == nil) != good {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestTicks(t *testing.T) {
	if got := parseTicks("12 (ld.so (x) y) S 1 12 12 0 -1 4194560 500 0 0 0 30 12 0 0 20 0"); got != 42 {
		t.Errorf("%d ticks", got)
	}
	for _, bad := range []string{"", "1 (x", "1 (x) S 2"} {
		if parseTicks(bad) != 0 {
			t.Errorf("%q gave ticks", bad)
		}
	}
}

func FuzzIntLog(f *testing.F) {
	for _, name := range []string{"triple.log"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text[len(text)-4000:])
	}
	f.Add([]byte("check_exception old: 0xffffffff new 0xe\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l := newIntLog()
		l.feed(data)
		l.finish()
		if n := len(l.exceptions()); n > firstExceptions+lastExceptions {
			t.Errorf("%d entries kept", n)
		}
		for _, e := range l.exceptions() {
			if e.Vector < 0 || e.Vector > 255 {
				t.Errorf("vector %d", e.Vector)
			}
		}
	})
}

func FuzzMemoryMap(f *testing.F) {
	text, err := os.ReadFile("testdata/mtree.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Fuzz(func(t *testing.T, text string) {
		regions, err := parseMemoryMap(text)
		if (err == nil) != (len(regions) > 0) {
			t.Errorf("%d regions and %v", len(regions), err)
		}
		for _, r := range regions {
			if r.End < r.Start {
				t.Errorf("%+v", r)
			}
		}
	})
}

func FuzzPacket(f *testing.F) {
	f.Add([]byte("$m0,10#2a"))
	f.Add([]byte("+$0* #7a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := readPacket(bufio.NewReader(bytes.NewReader(data)))
		if err != nil {
			return
		}
		again, err := readPacket(bufio.NewReader(bytes.NewReader(appendPacket(nil, text))))
		if err != nil || again != text {
			t.Errorf("%q became %q, %v", text, again, err)
		}
	})
}

func FuzzQMP(f *testing.F) {
	f.Add([]byte(`{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-reset"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := parseQMP(data); err == nil && m.Event == "" && m.Greeting == nil && m.Return == nil && m.Error == nil {
			t.Errorf("%q passed as %+v", data, m)
		}
	})
}

func FuzzEvidence(f *testing.F) {
	f.Add([]byte(`{"Format":1,"Evidence":{"Termination":"exit","Memory":null},"Pages":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := parseEvidence(data); err == nil && e.Memory == nil {
			t.Error("evidence without a reader")
		}
	})
}

func FuzzKernelFile(f *testing.F) {
	f.Add(tinyKernel())
	f.Fuzz(func(t *testing.T, data []byte) {
		path := t.TempDir() + "/k"
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		ranges, err := checkKernel(path)
		for _, r := range ranges {
			if err == nil && r.end <= r.start {
				t.Errorf("range %+v", r)
			}
		}
	})
}
