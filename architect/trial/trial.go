// Package trial boots a kernel once and tells all that can be told about it:
// the boot report, the diagnosis, the audit of its page tables, what the GPU
// counted. Commands, gates and soak tests all boot through it.
//
// It may import abi, fault, image, machine and pxgpu, never memory or the rest
// of the architect. An error is the laboratory's failure; whatever the kernel
// did is in the Result.
package trial

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"pxos/abi"
	"pxos/abi/bootreport"
	"pxos/abi/tables"
	"pxos/fault"
	"pxos/image/toolchain"
	"pxos/machine"
	"pxos/pxgpu"
)

// Config says what to boot and on which machine.
type Config struct {
	Tools    *toolchain.Toolchain
	ISO      string // one of ISO and Kernel
	Kernel   string
	Symbols  string // ELF with symbols; default Kernel
	Cmdline  string // with Kernel
	Module   string // file that the kernel gets as its first module, with Kernel
	Machine  string // "q35" or "pc"
	RAMBytes uint64
	CPUs     int      // default 1
	Icount   bool     // count instructions: guest times are fictional
	NoGPU    bool     // boot without the pxGPU, with a plain VGA instead
	Screen   bool     // a display that the kernel draws on
	Args     []string // more of QEMU's arguments
	Limit    time.Duration

	SourceDirs []string // for source lines in the diagnosis
	// OnLine is called for every line of COM1 as it comes; returning true ends
	// the run.
	OnLine func(string) bool
	// Look, if set, is called while the stopped machine can still be read.
	Look func(*machine.Machine, *machine.Evidence) error
	// Screenshot is the file for a picture of the screen at the end, a PNG; it implies
	// Screen.
	Screenshot string
	// Quiet leaves out what disturbs timings: the watch for hangs.
	Quiet bool
	// Console receives what the kernel prints through the GPU.
	Console io.Writer
	// OnMachine, if set, is given the machine before it starts.
	OnMachine func(*machine.Machine)
	// OnDevice, if set, is given the GPU before the machine starts.
	OnDevice func(*pxgpu.Device)
}

// Result is what one boot told.
type Result struct {
	Outcome    machine.Outcome
	Evidence   *machine.Evidence // its Memory can no longer be read
	Report     *bootreport.Report
	Diagnosis  *fault.Diagnosis
	Audit      []string       // findings; empty is good
	Tables     *tables.Tables // of the GPU's authority; nil without a GPU
	GPU        *pxgpu.Stats
	GPUConsole []byte
	// PowerOnToCause is from power-on to the finished diagnosis.
	PowerOnToCause time.Duration

	tables func() []byte // of the device while it is there
}

// Up says whether the kernel is well: it left by itself with success, its
// report is whole, every self-test passed, the diagnosis raises no alarm and
// the audit found nothing.
func (r *Result) Up() bool {
	return r.Outcome.Termination == machine.TerminationExit && r.Outcome.ExitCode == abi.ExitOK &&
		r.Report.Passed() && r.Diagnosis.Healthy && len(r.Audit) == 0
}

// Why says in one line why the kernel is not up, "" if it is.
func (r *Result) Why() string {
	switch {
	case r.Up():
		return ""
	case !r.Diagnosis.Healthy:
		return r.Diagnosis.Title
	case r.Report.Problem != "":
		return "boot report: " + r.Report.Problem
	case len(r.Audit) > 0:
		return "page-table audit: " + r.Audit[0]
	case r.Outcome.Termination != machine.TerminationExit:
		return r.Outcome.Message
	}
	return fmt.Sprintf("the kernel left with code %#x", r.Outcome.ExitCode)
}

// Boot runs a kernel to its end and looks at it.
func Boot(ctx context.Context, c Config) (*Result, error) {
	r := &Result{}
	var console bytes.Buffer
	mc := machine.Config{
		Tools: c.Tools, ISO: c.ISO, Kernel: c.Kernel, KernelELF: c.Symbols, Cmdline: c.Cmdline, Initrd: c.Module,
		Machine: c.Machine, RAMBytes: c.RAMBytes, CPUs: c.CPUs, Args: c.Args, Limit: c.Limit, OnSerialLine: c.OnLine,
		NoHangDetection: c.Quiet, Icount: c.Icount, Screen: c.Screen || c.Screenshot != "",
	}
	if c.NoGPU {
		mc.VGA = "std"
	} else {
		var out io.Writer = &console
		if c.Console != nil {
			out = io.MultiWriter(&console, c.Console)
		}
		device, err := pxgpu.Serve(ctx, pxgpu.Options{Console: out})
		if err != nil {
			return nil, &machine.LabError{Op: "start the GPU", Err: err, Hint: "look at the message above; nothing was booted"}
		}
		if c.OnDevice != nil {
			c.OnDevice(device)
		}
		r.tables = device.Tables
		defer func() {
			device.Close()
			stats := device.Stats()
			r.GPU, r.GPUConsole = &stats, console.Bytes()
		}()
		mc.GPUSocket, mc.GPUDied, mc.GPUEnded = device.SocketPath(), device.Died(), device.Ended()
	}
	m, err := machine.Create(ctx, mc)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	if c.OnMachine != nil {
		c.OnMachine(m)
	}
	start := time.Now()
	if r.Outcome, err = m.Run(ctx); err != nil {
		return nil, err
	}
	return r, r.look(ctx, c, m, start)
}

// look reads the stopped machine.
func (r *Result) look(ctx context.Context, c Config, m *machine.Machine, start time.Time) error {
	ev, err := m.Inspect(ctx)
	if err != nil {
		return err
	}
	r.Evidence = ev
	if c.Screenshot != "" {
		if err := m.Screendump(ctx, c.Screenshot); err != nil {
			return err
		}
	}
	if r.tables != nil {
		ev.GPUTables = r.tables()
		if r.Tables, err = tables.Decode(ev.GPUTables); err != nil {
			return &machine.LabError{Op: "read the GPU's tables", Err: err}
		}
	}
	o := fault.Options{SourceDirs: c.SourceDirs}
	if r.Diagnosis, err = fault.Diagnose(ev, o); err != nil {
		return err
	}
	r.PowerOnToCause = time.Since(start)
	r.Report = bootreport.Parse(ev.Serial)
	if r.Outcome.Termination == machine.TerminationExit {
		r.audit(ev, o)
	}
	if c.Look != nil {
		return c.Look(m, ev)
	}
	return nil
}

// audit walks the page tables and holds them against what the GPU granted, where
// the kernel has asked the GPU or says that it would; one that knows nothing of the
// authority is held against what no kernel should have.
func (r *Result) audit(ev *machine.Evidence, o fault.Options) {
	if _, reports := r.Report.First(abi.ReportAuthority); r.Tables == nil || !reports && !asked(r.Tables) {
		r.Audit = fault.Audit(ev, o)
		return
	}
	for _, v := range fault.AuditAuthority(ev, r.Tables, o) {
		r.Audit = append(r.Audit, v.String())
	}
}

// asked says whether the kernel told the GPU where its page tables are.
func asked(t *tables.Tables) bool {
	k := t.Process(tables.Kernel)
	return k != nil && k.Root != 0
}
