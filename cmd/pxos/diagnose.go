package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pxos/architect/trial"
	"pxos/fault"
	"pxos/image"
	"pxos/machine"
)

func diagnoseCommand() *cobra.Command {
	var f machineFlags
	var symbols, html, save string
	var asJSON, gpu bool
	var sources []string
	var limit time.Duration
	c := &cobra.Command{
		Use: "diagnose IMAGE", Short: "Boot an ISO or a kernel file and say what happens to it",
		Long: `Boots any x86 ISO, or any ELF kernel with a Multiboot header or PVH note, holds
the machine where it dies and explains why. IMAGE may also be evidence saved
before (.json), which is diagnosed again without a machine.`,
		Args: oneArg("an ISO, a kernel file, or saved evidence"),
		RunE: func(c *cobra.Command, args []string) error {
			l, err := openLab()
			if err != nil {
				return err
			}
			ram, err := f.ram()
			if err != nil {
				return err
			}
			d, took, err := l.diagnose(c, args[0], trial.Config{
				Tools: l.tools, Symbols: symbols, Machine: f.machine, RAMBytes: ram, CPUs: f.cpus, Args: f.args,
				NoGPU: !gpu, SourceDirs: sources, Limit: limit,
			}, save)
			if err != nil {
				return err
			}
			return showDiagnosis(c.OutOrStdout(), d, took, asJSON, html)
		},
	}
	c.Flags().StringVar(&f.machine, "machine", "q35", "q35 or pc")
	c.Flags().StringVar(&f.memory, "memory", "512M", "guest memory")
	c.Flags().IntVar(&f.cpus, "cpus", 1, "virtual CPUs")
	c.Flags().StringArrayVar(&f.args, "qemu", nil, "one more argument for QEMU (repeat it)")
	c.Flags().StringVar(&symbols, "symbols", "", "ELF file with symbols, for an ISO")
	c.Flags().StringArrayVar(&sources, "source", nil, "folder with the sources (repeat it)")
	c.Flags().StringVar(&html, "html", "", "write a self-contained HTML page there")
	c.Flags().StringVar(&save, "save", "", "save the evidence there, to be diagnosed again")
	c.Flags().BoolVar(&asJSON, "json", false, "print the diagnosis as JSON")
	c.Flags().BoolVar(&gpu, "gpu", false, "attach the pxGPU instead of a VGA adapter")
	c.Flags().DurationVar(&limit, "limit", 60*time.Second, "longest run")
	return c
}

// diagnose boots an image, or reads saved evidence.
func (l *lab) diagnose(c *cobra.Command, path string, cfg trial.Config, save string) (*fault.Diagnosis, time.Duration, error) {
	iso, err := isISO(path)
	if err != nil {
		return nil, 0, err
	}
	if !iso && isJSON(path) {
		ev, err := machine.LoadEvidence(path)
		if err != nil {
			return nil, 0, usage{err}
		}
		d, err := fault.Diagnose(ev, fault.Options{SourceDirs: cfg.SourceDirs, KernelELF: cfg.Symbols})
		return d, 0, err
	}
	switch {
	case iso:
		cfg.ISO = path
	default:
		done, err := l.prepare(c, path, &cfg)
		if err != nil {
			return nil, 0, err
		}
		defer done()
	}
	if save != "" {
		cfg.Look = func(_ *machine.Machine, ev *machine.Evidence) error {
			machine.Record(ev) // from here on, what is read is kept
			if _, err := fault.Diagnose(ev, fault.Options{}); err != nil {
				return err
			}
			return machine.SaveEvidence(save, ev)
		}
	}
	r, err := trial.Boot(c.Context(), cfg)
	if err != nil {
		return nil, 0, err
	}
	return r.Diagnosis, r.PowerOnToCause, nil
}

// prepare makes a kernel file bootable: as it is, or on an ISO of its own if
// only a boot loader can start it.
func (l *lab) prepare(c *cobra.Command, path string, cfg *trial.Config) (done func(), err error) {
	done = func() {}
	text, err := os.ReadFile(path)
	if err != nil {
		return done, usage{err}
	}
	if !image.NeedsLoader(text) {
		cfg.Kernel = path
		return done, nil
	}
	if err := os.MkdirAll(l.work(), 0o755); err != nil {
		return done, err
	}
	dir, err := os.MkdirTemp(l.work(), "iso-*")
	if err != nil {
		return done, err
	}
	done = func() { os.RemoveAll(dir) }
	cfg.ISO = filepath.Join(dir, "kernel.iso")
	if cfg.Symbols == "" {
		cfg.Symbols = path
	}
	if err := image.MakeISO(c.Context(), image.ISOOptions{Kernel: path, Out: cfg.ISO, Tools: l.tools}); err != nil {
		done()
		return func() {}, err
	}
	return done, nil
}

func isJSON(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	b := make([]byte, 1)
	n, _ := f.Read(b)
	return n == 1 && b[0] == '{'
}

func showDiagnosis(w io.Writer, d *fault.Diagnosis, took time.Duration, asJSON bool, html string) error {
	if html != "" {
		if err := writeWhole(html, func(w io.Writer) error { return fault.RenderHTML(w, d) }); err != nil {
			return err
		}
	}
	if asJSON {
		if err := d.JSON(w); err != nil {
			return err
		}
	} else {
		if err := fault.Render(w, d, width(w), isTerminal(w)); err != nil {
			return err
		}
		if took > 0 {
			fmt.Fprintf(w, "\n%.2f s from power-on to the cause\n", took.Seconds())
		}
	}
	if !d.Healthy {
		return failed{}
	}
	return nil
}
