package fault

import (
	"strings"
	"testing"

	"pxos/abi"
	"pxos/machine"
)

// entry makes an exception with state at rip.
func entry(vector, old int, rip uint64, idtLimit uint32) machine.Exception {
	e := machine.Exception{Vector: vector, OldVector: old, HasState: true}
	e.Registers.CR0 = cr0PE | cr0PG
	e.Registers.EFER = eferLMA
	e.Registers.RIP = rip
	e.Registers.RSP = 0x9000
	e.Registers.IDT = machine.Table{Base: 0x5000, Limit: idtLimit}
	return e
}

// failed makes an entry of which only the vector is known.
func failed(vector, old int) machine.Exception {
	return machine.Exception{Vector: vector, OldVector: old}
}

func chainOf(ev *machine.Evidence) chainInfo {
	a := longMode(nil)
	a.Ev = ev
	return a.findChain()
}

func TestChainOfATripleFault(t *testing.T) {
	timer := entry(0x20, -1, 0x1234, 0xFFF)
	timer.Hardware = true
	c := chainOf(&machine.Evidence{TripleFault: true, Exceptions: []machine.Exception{
		entry(vecBP, -1, 0x100, 0xFFF), timer, entry(vecPF, -1, 0x200, 0), failed(vecGP, vecPF), entry(vecDF, vecGP, 0x200, 0), failed(vecGP, vecDF),
	}})
	if c.root == nil || c.root.Vector != vecPF || len(c.entries) != 4 || c.handled != 1 || c.inPlace {
		t.Fatalf("%+v", c)
	}
}

func TestChainThatDiesInPlace(t *testing.T) {
	c := chainOf(&machine.Evidence{TripleFault: true, Exceptions: []machine.Exception{
		entry(vecPF, -1, 0x100, 0xFFF), entry(vecPF, -1, 0x200, 0xFFF),
		entry(vecPF, -1, 0x200, 0), failed(vecGP, vecPF), entry(vecDF, vecGP, 0x200, 0), failed(vecGP, vecDF),
	}})
	if c.root == nil || !c.inPlace || c.root.Registers.IDT.Limit != 0xFFF || c.root.Registers.RIP != 0x200 || c.handled != 1 || len(c.entries) != 5 {
		t.Fatalf("%+v", c)
	}
	other := chainOf(&machine.Evidence{TripleFault: true, Exceptions: []machine.Exception{
		entry(vecPF, -1, 0x200, 0xFFF), entry(vecGP, -1, 0x300, 0xFFF),
		entry(vecPF, -1, 0x200, 0), failed(vecGP, vecPF), entry(vecDF, vecGP, 0x200, 0), failed(vecGP, vecDF),
	}})
	if other.inPlace {
		t.Error("a fault with another one in between counts as the same death")
	}
}

// A breakpoint or invalid opcode is not among the exceptions that escalate, so
// the log does not link it with the #GP that its delivery raises.
func TestChainStartsAtTheDeliveryThatFailed(t *testing.T) {
	gp := entry(vecGP, -1, 0x200, 0)
	gp.ErrorCode = vecUD*16 + 2
	c := chainOf(&machine.Evidence{TripleFault: true, Exceptions: []machine.Exception{
		entry(vecUD, -1, 0x200, 0), gp, failed(vecGP, vecGP), entry(vecDF, vecGP, 0x200, 0), failed(vecGP, vecDF),
	}})
	if c.root == nil || c.root.Vector != vecUD || len(c.entries) != 5 {
		t.Fatalf("%+v", c)
	}
}

func TestHandledExceptionsAreNoDeath(t *testing.T) {
	ev := &machine.Evidence{Termination: machine.TerminationExit, ExitCode: abi.ExitSelfTest, Exceptions: []machine.Exception{entry(vecPF, -1, 0x100, 0xFFF)}}
	if c := chainOf(ev); c.root != nil || c.handled != 1 {
		t.Fatalf("%+v", c)
	}
}

func TestRealModeAndFirmwareAreLeftOut(t *testing.T) {
	real := entry(vecGP, -1, 0x100, 0x3FF)
	real.Registers.CR0 = 0
	smm := entry(vecPF, -1, 0x100, 0)
	smm.SMM = true
	soft := entry(0x10, -1, 0x100, 0)
	soft.Soft = true
	if c := chainOf(&machine.Evidence{TripleFault: true, Exceptions: []machine.Exception{real, smm, soft}}); c.root != nil || c.handled != 0 {
		t.Fatalf("%+v", c)
	}
}

func TestEndsWithoutException(t *testing.T) {
	report := "@px boot version=1\n@px test name=timer checks=3 failed=1 detail=\"it never ticked\"\n"
	for _, c := range []struct {
		name  string
		ev    machine.Evidence
		class string
		want  string
	}{
		{"no boot", machine.Evidence{Termination: machine.TerminationNoBoot, Screen: "\nerror: no multiboot header found.\n"}, "no-boot", "no multiboot header found"},
		{"self-test", machine.Evidence{Termination: machine.TerminationExit, ExitCode: abi.ExitSelfTest, Serial: []byte(report)}, "self-test", "it never ticked"},
		{"refused", machine.Evidence{Termination: machine.TerminationExit, ExitCode: abi.ExitKernelRefused, Serial: []byte("@px refused reason=\"no memory map\" detail=\"\"\n")}, "refused", "no memory map"},
		{"hang", machine.Evidence{Termination: machine.TerminationHang, RIPSamples: []uint64{0x100, 0x100, 0x102}, Halted: true}, "hang", "interrupts off"},
		{"timeout", machine.Evidence{Termination: machine.TerminationTimeout, Serial: []byte("step 7\n")}, "timeout", "step 7"},
		{"lost bytes", machine.Evidence{Termination: machine.TerminationExit, ExitCode: abi.ExitOK, Serial: []byte("@px boot version=1\n")}, "incomplete-report", "report"},
		{"nothing known", machine.Evidence{Termination: machine.TerminationTripleFault, TripleFault: true}, "unexplained", "no class"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Diagnose(&c.ev, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if d.Healthy || d.Class.Name != c.class || !strings.Contains(d.Title+d.Cause, c.want) || d.Signature() == "" {
				t.Errorf("class %s, title %q, cause %q, signature %q", d.Class.Name, d.Title, d.Cause, d.Signature())
			}
		})
	}
	if _, err := Diagnose(nil, Options{}); err == nil {
		t.Error("a diagnosis without evidence")
	}
}

// Every class is complete, and numbers with a meaning are used once.
func TestCatalogue(t *testing.T) {
	seen := map[int]string{}
	for _, c := range Classes {
		if c.Name == "" || c.Title == "" || c.Headline == "" || c.Explain == "" || c.Do == "" || c.Match == nil {
			t.Errorf("class %d %q is incomplete", c.Number, c.Name)
		}
		if other := seen[c.Number]; c.Number != 0 && other != "" {
			t.Errorf("class %d is both %s and %s", c.Number, other, c.Name)
		}
		seen[c.Number] = c.Name
		for _, text := range []string{c.Headline, c.Explain, c.Do} {
			if strings.Contains(fill(text, Facts{}), "template of this class") {
				t.Errorf("class %d: template %q does not parse", c.Number, text)
			}
		}
	}
	for _, n := range []int{1, 2, 3, 5, 7, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 33, 34, 35} {
		if seen[n] == "" {
			t.Errorf("class %d of the catalogue is missing", n)
		}
	}
}

func TestWrap(t *testing.T) {
	long := strings.Repeat("x", 100)
	for _, width := range []int{8, 20, 60} {
		for _, line := range wrap("some words and "+long+" more words", width) {
			if len(line) > width {
				t.Errorf("line of %d at width %d: %q", len(line), width, line)
			}
		}
	}
	if got := wrap("", 20); len(got) != 1 || got[0] != "" {
		t.Errorf("%q", got)
	}
}
