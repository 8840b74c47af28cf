package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/abi"
	"pxos/abi/bootreport"
	"pxos/abi/tables"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/machine"
	"pxos/models"
)

func buildCommand() *cobra.Command {
	var out, cmdline string
	c := &cobra.Command{
		Use: "build", Short: "Build the kernel and its bootable ISO", Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := openLab()
			if err != nil {
				return err
			}
			start := time.Now()
			k, iso, err := l.build(c, out, cmdline)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%s\n%s\n%d ring-0 functions, %d bytes of code, checked; %d runtime functions poisoned; %.1f s\n",
				k.ELF, iso, k.Functions, k.TextBytes, k.Poisoned, time.Since(start).Seconds())
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", "build", "folder for the results")
	c.Flags().StringVar(&cmdline, "cmdline", "", "the kernel's command line in the ISO (stay, bench=N)")
	return c
}

func (l *lab) build(c *cobra.Command, out, cmdline string) (*image.Kernel, string, error) {
	k, err := image.Build(c.Context(), image.Options{Root: l.root, Out: out, Tools: l.tools})
	if err != nil {
		return nil, "", err
	}
	iso := filepath.Join(filepath.Dir(k.ELF), "pxos.iso")
	err = image.MakeISO(c.Context(), image.ISOOptions{Kernel: k.ELF, Cmdline: cmdline, Out: iso, Tools: l.tools})
	return k, iso, err
}

// bootFlags are those of `boot`.
type bootFlags struct {
	machineFlags
	direct, stay bool
	name         string
	bench        int
	bootOutput
}

// bootOutput says where the results of a boot go.
type bootOutput struct {
	out         io.Writer
	asJSON, raw bool
	save        string // file for the machine, "" for none
}

func bootCommand() *cobra.Command {
	f := &bootFlags{}
	var llm string
	c := &cobra.Command{
		Use: "boot", Short: "Build the pxOS kernel, boot it and show its report", Args: noArgs,
		Long: `Builds the kernel of this repository, boots it through GRUB with the pxGPU attached and shows its boot report.
With --stay the machine runs on until Ctrl-C, and pxos audit, pxos gpu top and pxos gpu tables look at it meanwhile.`,
		Example: "  pxos boot\n  pxos boot --stay --name demo\n  pxos boot --save machine.json\n  pxos boot --llm",
		RunE: func(c *cobra.Command, _ []string) error {
			if llm == "" {
				return f.run(c)
			}
			p := &programRun{machine: f.machineFlags}
			if p.machine.memory = ""; c.Flags().Changed("memory") {
				p.machine.memory = f.memory
			}
			return modelInside(c, p, llm)
		},
	}
	c.Flags().StringVar(&llm, "llm", "", "give a prompt of a language model that runs in ring 3: --llm, or --llm=MODEL")
	c.Flags().Lookup("llm").NoOptDefVal = models.Name
	c.Flags().StringVar(&f.machine, "machine", "q35", "q35 or pc")
	c.Flags().StringVar(&f.memory, "memory", "512M", "guest memory, such as 128M or 6G")
	f.smpFlag(c)
	f.screenFlags(c)
	c.Flags().StringArrayVar(&f.args, "qemu", nil, "one more argument for QEMU (repeat it)")
	c.Flags().BoolVar(&f.direct, "direct", false, "skip the boot loader: QEMU's -kernel with the PVH entry")
	c.Flags().BoolVar(&f.stay, "stay", false, "keep the machine running until Ctrl-C")
	c.Flags().StringVar(&f.name, "name", "", "name of the machine that stays (default: the number of this process)")
	c.Flags().StringVar(&f.save, "save", "", "save the machine there, to be audited and diagnosed again")
	c.Flags().IntVar(&f.bench, "bench", 0, "mailbox round trips to time (default 1000)")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print the report as JSON")
	c.Flags().BoolVar(&f.raw, "raw", false, "print the serial line as it came")
	for _, other := range []string{"machine", "qemu", "direct", "stay", "save", "bench", "json", "raw"} {
		c.MarkFlagsMutuallyExclusive("llm", other)
	}
	return c
}

func (f *bootFlags) run(c *cobra.Command) error {
	if f.name != "" && !f.stay {
		return usage{errors.New("--name goes with --stay")}
	}
	if f.picture != "" && f.stay {
		return usage{errors.New("--screenshot is of the end, which --stay has none of")}
	}
	f.out = c.OutOrStdout()
	if f.stay {
		return bootAndStay(c, f.name, func() (trial.Config, error) { return f.config(c) }, f.bootOutput)
	}
	cfg, err := f.config(c)
	if err != nil {
		return err
	}
	f.keep(&cfg)
	r, err := trial.Boot(c.Context(), cfg)
	if err != nil {
		return err
	}
	return showBoot(f.out, r, f.asJSON, f.raw)
}

// config builds the kernel and says how to boot it.
func (f *bootFlags) config(c *cobra.Command) (trial.Config, error) {
	ram, err := f.ram()
	if err != nil {
		return trial.Config{}, err
	}
	cpus, err := f.processors()
	if err != nil {
		return trial.Config{}, err
	}
	if f.bench < 0 {
		return trial.Config{}, usage{fmt.Errorf("--bench %d: give a count of round trips", f.bench)}
	}
	var words []string
	if f.bench > 0 {
		words = append(words, fmt.Sprintf("bench=%d", f.bench))
	}
	if f.stay {
		words = append(words, "stay")
	}
	cmdline := strings.Join(words, " ")
	l, err := openLab()
	if err != nil {
		return trial.Config{}, err
	}
	quiet := waiting(c.ErrOrStderr(), "building the kernel")
	k, iso, err := l.build(c, filepath.Join(l.root, "build"), cmdline)
	quiet()
	if err != nil {
		return trial.Config{}, err
	}
	cfg := trial.Config{Tools: l.tools, ISO: iso, Symbols: k.ELF, Machine: f.machine, RAMBytes: ram, CPUs: cpus,
		Args: f.args, Screen: f.screen, Screenshot: f.picture, SourceDirs: []string{l.root}}
	if f.direct {
		cfg.ISO, cfg.Kernel, cfg.Cmdline = "", k.ELF, cmdline
	}
	return cfg, nil
}

// keep has the machine saved after the boot.
func (f *bootFlags) keep(cfg *trial.Config) {
	if f.save == "" {
		return
	}
	cfg.Look = func(_ *machine.Machine, ev *machine.Evidence) error { return saveEvidence(f.save, ev) }
}

// bootJSON is the machine-readable form of a boot.
type bootJSON struct {
	Schema      string             `json:"schema"`
	Up          bool               `json:"up"`
	Why         string             `json:"why,omitempty"`
	Termination string             `json:"termination"`
	ExitCode    int                `json:"exit_code"`
	ElapsedMS   int64              `json:"elapsed_ms"`
	Report      *bootreport.Report `json:"report"`
	Audit       []string           `json:"audit"`
}

func showBoot(w io.Writer, r *trial.Result, asJSON, raw bool) error {
	switch {
	case asJSON:
		audit := r.Audit
		if audit == nil {
			audit = []string{}
		}
		if err := writeJSON(w, bootJSON{"pxos.boot/1", r.Up(), r.Why(), string(r.Outcome.Termination), r.Outcome.ExitCode,
			r.Outcome.Elapsed.Milliseconds(), r.Report, audit}); err != nil {
			return err
		}
	case raw:
		if _, err := w.Write(r.Evidence.Serial); err != nil {
			return err
		}
	default:
		showReport(w, r.Report, r.Outcome.Elapsed)
		showVerdict(w, r)
	}
	if !r.Up() {
		return failed{r.Why()}
	}
	return nil
}

// showReport prints the boot report for a person.
func showReport(w io.Writer, rep *bootreport.Report, elapsed time.Duration) {
	if boot, ok := rep.First(abi.ReportBoot); ok {
		fmt.Fprintf(w, "loader     %s, %d ms from power-on to the end\n", boot.Fields["loader"], elapsed.Milliseconds())
	}
	if cpu, ok := rep.First(abi.ReportCPU); ok {
		fmt.Fprintf(w, "processor  %s, %d CPU(s), %d physical address bits, NX %s SMEP %s SMAP %s\n", cpu.Fields["vendor"], cpu.Uint("count"),
			cpu.Uint("maxphyaddr"), yes(cpu, "nx"), yes(cpu, "smep"), yes(cpu, "smap"))
	}
	showProcessors(w, rep)
	fmt.Fprintln(w, "memory")
	for _, m := range rep.Find(abi.ReportMem) {
		fmt.Fprintf(w, "  %#14x  %10s  %s\n", m.Uint("base"), bytesText(m.Uint("length")), m.Fields["type"])
	}
	if fr, ok := rep.First(abi.ReportFrames); ok {
		fmt.Fprintf(w, "  %d frames of 4 KiB, %d free\n", fr.Uint("total"), fr.Uint("free"))
	}
	fmt.Fprintln(w, "PCI")
	for _, l := range rep.Lines {
		switch l.Kind {
		case abi.ReportPCI:
			fmt.Fprintf(w, "  %s  %04x:%04x  class %06x%s\n", l.Fields["bdf"], l.Uint("vendor"), l.Uint("device"), l.Uint("class"), note(l))
		case abi.ReportBAR:
			fmt.Fprintf(w, "           BAR%d %s at %#x, %s\n", l.Uint("index"), l.Fields["kind"], l.Uint("base"), bytesText(l.Uint("size")))
		}
	}
	showDevices(w, rep)
}

// showProcessors prints which further processors came up, and how well their clocks
// agree.
func showProcessors(w io.Writer, rep *bootreport.Report) {
	all, ok := rep.First(abi.ReportProcessors)
	if !ok || all.Uint("found") < 2 {
		return
	}
	fmt.Fprintf(w, "  %d of %d run; their time-stamp counters differ by %d ns for sure, by %d ns at most\n", all.Uint("up"), all.Uint("found"),
		all.Uint("skew_ns"), all.Uint("round_ns"))
	for _, p := range rep.Find(abi.ReportProcessor) {
		if e := p.Fields["error"]; e != "" {
			fmt.Fprintf(w, "  the processor with APIC %d was left out: %s\n", p.Uint("apic"), e)
		}
	}
}

func note(l bootreport.Line) string {
	switch {
	case l.Uint("vendor") == abi.PCIVendorPXGPU:
		return "  pxGPU"
	case l.Uint("class")>>8 == 0x0604:
		return "  bridge"
	case l.Uint("class")>>8 == abi.PCIClassDisplay<<8:
		return "  a plain VGA adapter, not a pxGPU"
	}
	return ""
}

func yes(l bootreport.Line, key string) string {
	if l.Uint(key) == 1 {
		return "yes"
	}
	return "no"
}

// showDevices prints GPU, mailbox and self-tests.
func showDevices(w io.Writer, rep *bootreport.Report) {
	if g, ok := rep.First(abi.ReportGPU); ok {
		if e := g.Fields["error"]; e != "" {
			fmt.Fprintf(w, "GPU        %s\n", e)
		} else {
			fmt.Fprintf(w, "GPU        %s class %06x, BAR0 at %#x, %s, mapped %s at %#x\n", g.Fields["bdf"], g.Uint("class"),
				g.Uint("bar0"), bytesText(g.Uint("size")), g.Fields["memtype"], g.Uint("virt"))
		}
	}
	if a, ok := rep.First(abi.ReportAuthority); ok {
		if e := a.Fields["error"]; e != "" {
			fmt.Fprintf(w, "authority  %s (error %s)\n", e, tables.ErrorName(int(a.Uint("code"))))
		} else {
			fmt.Fprintf(w, "authority  %s of RAM granted in %d extents, %d device ranges known, %d of them claimed\n",
				bytesText(a.Uint("extents")*abi.ExtentBytes), a.Uint("extents"), a.Uint("devices"), a.Uint("claimed"))
		}
	}
	if m, ok := rep.First(abi.ReportMailbox); ok {
		fmt.Fprintf(w, "mailbox    %d round trips: median %d ns, p99 %d ns; by the registers %d ns\n", m.Uint("round_trips"),
			m.Uint("median_ns"), m.Uint("p99_ns"), m.Uint("registers_ns"))
	}
	for _, t := range rep.Tests {
		state := "ok"
		if t.Failed != 0 {
			state = fmt.Sprintf("%d FAILED: %s", t.Failed, t.Detail)
		}
		fmt.Fprintf(w, "self-test  %-10s %4d checks  %s\n", t.Name, t.Checks, state)
	}
}

// showVerdict prints what the GPU said, the audit and whether all is well.
func showVerdict(w io.Writer, r *trial.Result) {
	if len(r.GPUConsole) > 0 {
		fmt.Fprintf(w, "GPU said   %q\n", r.GPUConsole)
	}
	for _, a := range r.Audit {
		fmt.Fprintf(w, "audit      %s\n", a)
	}
	if r.Up() {
		fmt.Fprintln(w, "audit      page tables walked from outside: nothing found\nup         yes")
	} else {
		fmt.Fprintf(w, "up         NO: %s\n", r.Why())
		fmt.Fprintln(w, "next       the whole story: pxos diagnose build/pxos.iso --gpu --source .   a repair: pxos evolve")
	}
}

func bytesText(n uint64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}
