package runtime

import (
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"pxos/abi"
)

// world is what a guest knows and guesses from: numbers that it was given, some of
// which are out of date.
type world struct {
	*pair
	t            *rapid.T
	commands     int
	capabilities []uint64
	derived      []uint64
	processes    []uint64
	allocations  []uint64
	asked        [testRings][]command // submitted, not yet answered
	answers      map[string]int
}

// roll draws evenly below n, which rapid's own ranges do not.
func (w *world) roll(n int, label string) int {
	return rapid.SampledFrom(faces[:n]).Draw(w.t, label)
}

var faces = func() (f [1 << 12]int) {
	for i := range f {
		f[i] = i
	}
	return f
}()

// number draws an argument: one that was given, a small one, or any.
func (w *world) number(known []uint64) uint64 {
	switch k := w.roll(16, "kind"); {
	case k < 11 && len(known) > 0:
		return known[w.roll(len(known), "known")]
	case k < 13:
		return rapid.Uint64Range(0, 9).Draw(w.t, "small")
	case k < 14:
		return ^uint64(0) - rapid.Uint64Range(0, 9).Draw(w.t, "large")
	}
	return rapid.Uint64().Draw(w.t, "any")
}

// usually gives v, now and then something else.
func (w *world) usually(v uint64) uint64 {
	if w.roll(20, "honest") > 0 {
		return v
	}
	return w.number(nil)
}

func (w *world) pick(label string, of ...uint64) uint64 {
	return rapid.SampledFrom(of).Draw(w.t, label)
}

func (w *world) rights() uint64 {
	return w.usually(w.pick("rights", 1, 3, 7, 9, 11, 15, 15, 15))
}

// address draws an address of RAM.
func (w *world) address() uint64 {
	if rapid.Bool().Draw(w.t, "any") {
		return abi.AnyExtent
	}
	return w.usually(rapid.Uint64Range(0, testExtents).Draw(w.t, "extent") * abi.ExtentBytes)
}

func (w *world) page() uint64 {
	return w.usually(rapid.Uint64Range(0, 8*512).Draw(w.t, "page") * abi.VRAMPageBytes)
}

// callOf draws a system call.
func (w *world) callOf() [abi.SQEArgNum]uint64 {
	n := w.pick("call", 0, 1, 2, 16, 16, 16, 16, 17, 18, 18, 18, 18, 19, 19, 20, 20, 21, 24, 24, 25, 25, 32, 32, 33, 34, 40, 40, 41, 63)
	a := [abi.SQEArgNum]uint64{w.usually(n)}
	switch n {
	case abi.CallExtent:
		a[1], a[2] = w.address(), w.rights()
	case abi.CallReturn, abi.CallQuery:
		a[1] = w.number(w.capabilities)
	case abi.CallRevoke:
		a[1] = w.number(w.derived)
	case abi.CallDerive:
		a[1], a[2], a[3] = w.number(w.capabilities), w.number(w.processes), w.usually(w.pick("rights", 1, 3, 5, 7))
	case abi.CallRevokeAck:
		a[1] = w.usually(uint64(w.word(abi.StateAcked) + 1))
	case abi.CallDeviceAdd:
		a[1] = w.usually(w.pick("base", 0xFD000000, 0xFEE00000, 0x0E000000, 0x3FFFFF000, 0xFFFFFFFFFF000) + w.page())
		a[2], a[3] = w.page(), w.usually(rapid.Uint64Range(0, 0x3FFFFFF).Draw(w.t, "what"))
	case abi.CallDeviceClaim:
		a[1], a[2] = w.usually(rapid.Uint64Range(0, 5).Draw(w.t, "row")), w.usually(w.pick("rights", 1, 3, 11))
	case abi.CallProcessCreate:
		a[1], a[2] = w.usually(rapid.Uint64Range(0, 6).Draw(w.t, "quota")), w.usually(rapid.Uint64Range(0, 20).Draw(w.t, "quota"))
		a[3] = w.pick("root", 0, 0, abi.ExtentBytes, w.page())
	case abi.CallProcessEnd:
		a[1] = w.number(w.processes)
	case abi.CallProcessRoot:
		a[1], a[2] = w.number(w.processes), w.page()
	case abi.CallProgramAdd:
		a[1], a[2] = w.number(w.allocations), w.usually(rapid.Uint64Range(1, 5000).Draw(w.t, "bytes"))
	case abi.CallProgramDrop:
		a[1] = w.usually(rapid.Uint64Range(abi.ProgramUser, abi.ProgramUser+3).Draw(w.t, "program"))
	}
	return a
}

// word is a word of the state, which both have in common after a comparison.
func (w *world) word(offset int64) uint32 {
	v, err := w.runtime.State(offset)
	w.must(err)
	return v
}

// one draws a command.
func (w *world) one() command {
	c := command{op: abi.OpSyscall, latency: uint32(w.pick("latency", 0, 1, 300, 1<<31, 1<<32-1))}
	if len(w.processes) > 0 && w.roll(3, "for") == 0 {
		c.process = uint32(w.number(w.processes)) & 0xFFFF
	}
	switch k := w.roll(100, "opcode"); {
	case k < 60:
		c.args = w.callOf()
	case k < 70:
		c.op = abi.OpAlloc
		c.args[0] = w.usually(rapid.Uint64Range(1, 12).Draw(w.t, "pages"))
	case k < 76:
		c.op = abi.OpFree
		c.args[0] = w.number(w.allocations)
	case k < 82:
		c.op = uint32(w.pick("mmio", abi.OpMMIORead, abi.OpMMIOWrite))
		c.args[0], c.args[1] = w.number(w.allocations)+w.usually(4*rapid.Uint64Range(0, 1023).Draw(w.t, "word")), w.usually(77)
	case k < 90:
		c.op = abi.OpGPUExecute
		c.args[0] = w.usually(w.pick("program", 0, 1, 20, 32, 33))
		c.args[1], c.args[2] = w.block()
	case k < 94:
		c.op = abi.OpUARTWrite
		c.args = [6]uint64{w.usually(rapid.Uint64Range(0, 32).Draw(w.t, "count")), 0x6F77206F6C6C6568, rapid.Uint64().Draw(w.t, "text"), 3, 4}
	case k < 97:
		c.op = abi.OpUARTRead
	case k < 99:
		c.op = uint32(rapid.IntRange(0, 255).Draw(w.t, "any opcode"))
	case w.roll(50, "rare") == 0:
		c.op = uint32(w.pick("halt", abi.OpHalt, abi.OpHalt, 0x88))
	default:
		c.args[0] = abi.CallSeal
		if w.roll(4, "seal") > 0 {
			c.args[0] = abi.CallTime
		}
	}
	return c
}

// block writes an argument block where a kernel's caller might, and says where.
func (w *world) block() (at, bytes uint64) {
	at = w.number(w.allocations)
	n := rapid.Uint64Range(0, 3).Draw(w.t, "bindings")
	if at < abi.VRAMAllocBase || at%4 != 0 || at >= testVRAM-256 {
		return at, 16 + 16*n
	}
	b := make([]byte, 16+16*n)
	put := func(i uint64, v uint64) { binary.LittleEndian.PutUint32(b[4*i:], uint32(v)) }
	for i := range uint64(3) {
		put(i, w.usually(rapid.Uint64Range(1, 4).Draw(w.t, "groups")))
	}
	put(3, w.usually(n))
	for i := range n {
		put(4+4*i, w.usually(i))
		put(5+4*i, w.number(w.allocations))
		put(6+4*i, w.usually(4*rapid.Uint64Range(1, 2000).Draw(w.t, "bytes")))
		put(7+4*i, w.usually(0))
	}
	w.write(uint32(at), b)
	return at, w.usually(uint64(len(b)))
}

// step does one thing.
func (w *world) step() {
	ring := rapid.IntRange(0, testRings-1).Draw(w.t, "ring")
	switch k := w.roll(100, "step"); {
	case k < 70:
		for range rapid.IntRange(1, 12).Draw(w.t, "batch") {
			if w.sent[ring]-w.seen[ring] == abi.RingEntries {
				break
			}
			c := w.one()
			w.submit(ring, c)
			w.asked[ring] = append(w.asked[ring], c)
		}
		w.serve(ring)
	case k < 80:
		w.answer(ring)
		w.serve(ring)
	case k < 84:
		w.tick(w.pick("time", 1, 1000, 1000, 1000, 50_000_000, 300_000_000, 2_000_000_000))
	case k < 92:
		w.register(uint32(w.pick("register", abi.RegCMD, abi.RegCMD, abi.RegCMD, abi.RegDOORBELL, abi.RegSTATUS, 0x40)), w.cmd())
	case k < 95:
		w.input()
	case k < 98:
		w.scribble(ring)
	default:
		w.park(ring)
	}
}

func (w *world) cmd() uint32 {
	if rapid.Bool().Draw(w.t, "any") {
		return rapid.Uint32().Draw(w.t, "cmd")
	}
	op := uint32(w.pick("opcode", abi.OpUARTWrite, abi.OpUARTRead, abi.OpGPUExecute, abi.OpMMIORead, abi.OpMMIOWrite, abi.OpSyscall, abi.OpAlloc, abi.OpFree))
	return op<<24 | rapid.Uint32Range(0, 0x230).Draw(w.t, "payload")
}

// name is a command and how it ended.
func (c command) name(status uint32) string {
	if c.op == abi.OpSyscall && c.args[0] < abi.CallNum {
		return fmt.Sprintf("call %d: %d", c.args[0], status)
	}
	return fmt.Sprintf("%#x: %d", c.op, status)
}

// serve carries out what waits, and learns from the answers.
func (w *world) serve(ring int) {
	w.process(ring, rapid.IntRange(1, 20).Draw(w.t, "most"))
	for {
		c, ok := w.next(ring)
		if !ok {
			return
		}
		w.commands++
		q := w.asked[ring][0]
		w.asked[ring] = w.asked[ring][1:]
		w.answers[q.name(c.status)]++
		if c.status != abi.ErrNone {
			continue
		}
		switch {
		case q.op == abi.OpAlloc:
			w.allocations = append(w.allocations, c.result)
		case q.op != abi.OpSyscall:
		case q.args[0] == abi.CallExtent, q.args[0] == abi.CallDeviceClaim:
			w.capabilities = append(w.capabilities, c.result)
		case q.args[0] == abi.CallDerive:
			w.derived = append(w.derived, c.result)
			w.capabilities = append(w.capabilities, c.result)
		case q.args[0] == abi.CallProcessCreate:
			w.processes = append(w.processes, c.result)
		}
	}
}

// answer is the host's, for a ring that may or may not wait.
func (w *world) answer(ring int) {
	epoch := w.model.Epoch()
	if w.roll(10, "old") == 0 {
		epoch--
	}
	status := uint32(w.pick("status", 0, 0, 0, abi.ErrRunaway, abi.ErrKernel, 200))
	hash := [8]uint32{rapid.Uint32().Draw(w.t, "hash"), 2, 3, 4, 5, 6, 7, 8}
	want := w.model.Answer(ring, epoch, status, 5, hash)
	got, err := w.runtime.Answer(w.ctx, ring, epoch, status, 5, hash)
	if err != nil || got != want {
		w.Fatalf("the answer gave %d (%v), the model %d", got, err, want)
	}
}

func (w *world) input() {
	text := []byte(rapid.StringN(1, 20, 40).Draw(w.t, "typed"))
	n, err := w.runtime.Feed(w.ctx, text)
	if want := w.model.Feed(text); err != nil || n != want {
		w.Fatalf("%d characters of input taken (%v), the model took %d", n, err, want)
	}
}

// scribble writes where a hostile guest can: entries of rings that nobody has sent,
// the ring of revocations, VRAM.
func (w *world) scribble(ring int) {
	k := w.sent[ring] + uint32(rapid.IntRange(1, 100).Draw(w.t, "entry"))
	if k-w.seen[ring] < abi.RingEntries {
		// Any number but the one that would send it.
		at := w.entry(ring, abi.RingSQEntries, k)
		w.poke(at+abi.SQESeq, uint32(w.pick("number", uint64(k), uint64(k+2), 0, 1<<31)))
		w.poke(at+abi.SQECommand, rapid.Uint32().Draw(w.t, "command"))
	}
	w.poke(abi.RevokeRingBase+4*rapid.Uint32Range(0, 4095).Draw(w.t, "word"), rapid.Uint32().Draw(w.t, "value"))
	w.poke(abi.VRAMAllocBase+4*rapid.Uint32Range(0, testPages*1024-1).Draw(w.t, "word"), rapid.Uint32().Draw(w.t, "value"))
}

// park goes to sleep on a ring; the words are the program's alone to write.
func (w *world) park(ring int) {
	at := uint32(abi.RingBase + ring*abi.RingBlockBytes)
	parked, err := w.runtime.Park(w.ctx, 1<<ring)
	w.must(err)
	var b [4]byte
	w.must(w.runtime.VRAM().Read(int64(at), b[:]))
	if asleep := b[0] == 1; asleep != parked {
		w.Fatalf("ring %d: parked %v, the guest sees %v", ring, parked, asleep)
	}
	w.poke(at, 0)
}

// run draws so many steps from a reset machine.
func (w *world) run(steps int) {
	w.reset()
	for range steps {
		if w.step(); w.model.ReadRegister(abi.RegSTATUS)&abi.StatusREADY == 0 && w.roll(4, "go on") == 0 {
			break // little happens on a halted device
		}
	}
	w.same()
}

// TestRandomCommandsAgainstModel sends random commands, good and hostile, to both.
func TestRandomCommandsAgainstModel(t *testing.T) {
	most := 20_000
	if s := os.Getenv("PXOS_MAILBOX_COMMANDS"); s != "" {
		var err error
		if most, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	p := newPair(t)
	total := 0
	seen := map[string]int{} // what was answered, by call or opcode and status
	for seed := 1; total < most && !t.Failed(); seed++ {
		if err := flag.Set("rapid.seed", strconv.Itoa(seed)); err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			if total >= most {
				return
			}
			w := &world{pair: p, t: rt, answers: seen}
			p.failer = rt
			w.run(rapid.IntRange(1, 120).Draw(rt, "steps"))
			total += w.commands
		})
	}
	p.failer = t
	for _, want := range expected {
		if total >= 20_000 && seen[want] == 0 {
			t.Errorf("no command ended as %q", want)
		}
	}
	t.Logf("%d commands on %s and the model: 0 differences", total, backend())
}

// expected is how commands must have ended in any longer run; the rest is shown by
// TestLimits.
var expected = []string{
	"0x80: 0", "0x80: 2", "0x80: 14", "0x81: 0", "0x82: 0", "0x82: 2", "0x82: 5", "0x82: 11", "0x82: 16", "0x83: 0", "0x83: 2",
	"0x83: 11", "0x84: 0", "0x84: 11", "0x85: 6", "0x86: 0", "0x86: 2", "0x86: 3", "0x86: 12", "0x87: 0", "0x87: 2", "0x87: 4",
	"0x87: 8", "0x87: 11", "0x8f: 0", "0x8f: 13", "call 16: 0", "call 16: 2", "call 16: 4", "call 16: 10", "call 16: 12",
	"call 17: 0", "call 17: 8", "call 17: 9", "call 18: 0", "call 18: 2", "call 18: 4", "call 18: 9", "call 18: 13",
	"call 19: 0", "call 19: 9", "call 19: 13", "call 20: 0", "call 20: 2", "call 20: 13", "call 21: 0", "call 21: 9",
	"call 24: 0", "call 24: 2", "call 24: 10", "call 24: 13", "call 24: 15", "call 25: 0", "call 25: 4", "call 25: 10",
	"call 26: 0", "call 26: 15", "call 32: 0", "call 32: 2", "call 32: 11", "call 32: 12", "call 33: 0", "call 33: 4",
	"call 33: 8", "call 33: 13", "call 34: 0", "call 34: 2", "call 34: 4", "call 34: 11", "call 34: 13", "call 40: 0",
	"call 40: 2", "call 40: 11", "call 40: 17", "call 41: 0", "call 41: 4", "call 41: 11",
}
