package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"pxos/abi"
	"pxos/abi/bootreport"
	"pxos/architect/trial"
	"pxos/fault"
	"pxos/machine"
	"pxos/pxgpu"
)

// reportLimit is how long a kernel that is to stay may take for its report.
const reportLimit = 60 * time.Second

// resident is a machine that runs until somebody ends it, with its control
// socket.
type resident struct {
	name     string
	socket   *net.UnixListener
	device   *pxgpu.Device
	machine  *machine.Machine
	started  time.Time
	reported chan struct{} // closed when the report's last line came
	ended    chan ending   // receives once
	serving  chan error    // receives once, when the socket is no longer served
}

// ending is how a run ended.
type ending struct {
	outcome machine.Outcome
	err     error
}

// openResident takes a name before anything is built; "" is this process' number.
func openResident(name string) (*resident, error) {
	if name == "" {
		name = strconv.Itoa(os.Getpid())
	}
	dir, err := controlDir()
	if err != nil {
		return nil, err
	}
	r := &resident{name: name, reported: make(chan struct{}), ended: make(chan ending, 1), serving: make(chan error, 1)}
	r.socket, err = listenAs(dir, name)
	return r, err
}

// start switches the machine on and serves its socket.
func (r *resident) start(ctx context.Context, c trial.Config) error {
	var err error
	if r.device, err = pxgpu.Serve(ctx, pxgpu.Options{Console: c.Console}); err != nil {
		return &machine.LabError{Op: "start the GPU", Err: err, Hint: "look at the message above; nothing was booted"}
	}
	var once sync.Once
	r.machine, err = machine.Create(ctx, machine.Config{
		Tools: c.Tools, ISO: c.ISO, Kernel: c.Kernel, KernelELF: c.Symbols, Cmdline: c.Cmdline, Machine: c.Machine, RAMBytes: c.RAMBytes,
		CPUs: c.CPUs, Args: c.Args, Screen: c.Screen, Limit: math.MaxInt64 / 2, NoHangDetection: true, // it is meant to idle for ever
		GPUSocket: r.device.SocketPath(), GPUDied: r.device.Died(), GPUEnded: r.device.Ended(),
		OnSerialLine: func(line string) bool {
			if strings.HasPrefix(line, abi.ReportPrefix+abi.ReportEnd+" ") {
				once.Do(func() { close(r.reported) })
			}
			return false
		},
	})
	if err != nil {
		return err
	}
	r.started = time.Now()
	go func() {
		outcome, err := r.machine.Run(ctx)
		r.ended <- ending{outcome, err}
	}()
	s := &station{name: r.name, started: r.started, gpu: r.device, look: r.machine.Snapshot}
	go func() { r.serving <- s.serve(ctx, r.socket) }()
	return nil
}

// close ends all that start started.
func (r *resident) close() {
	r.socket.Close()
	if r.machine != nil {
		r.machine.Close()
	}
	if r.device != nil {
		r.device.Close()
	}
}

// stayJSON is what --json prints once the machine is up.
type stayJSON struct {
	Schema    string                `json:"schema"`
	Name      string                `json:"name"`
	Up        bool                  `json:"up"`
	Why       string                `json:"why,omitempty"`
	ElapsedMS int64                 `json:"elapsed_ms"`
	Report    *bootreport.Report    `json:"report"`
	Audit     *fault.AuthorityAudit `json:"audit"`
}

// bootAndStay boots a machine, shows its report and keeps it running until ctx
// ends, which is no failure then.
func bootAndStay(c *cobra.Command, name string, prepare func() (trial.Config, error), o bootOutput) error {
	r, err := openResident(name)
	if err != nil {
		return err
	}
	defer r.close()
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	cfg, err := prepare()
	if err != nil {
		return err
	}
	if err := r.start(ctx, cfg); err != nil {
		return err
	}
	select {
	case <-r.reported:
	case <-time.After(reportLimit):
		return r.dead(ctx, cfg, fmt.Sprintf("no whole report came within %s", reportLimit), o)
	case e := <-r.ended:
		return r.over(ctx, cfg, e, o)
	}
	if err := r.show(ctx, c.OutOrStdout(), o); err != nil {
		return err
	}
	select {
	case err := <-r.serving:
		if c.Context().Err() == nil {
			return err
		}
	case e := <-r.ended:
		if c.Context().Err() == nil {
			return r.over(ctx, cfg, e, o)
		}
	case <-ctx.Done():
	}
	fmt.Fprintf(c.ErrOrStderr(), "\npxos: machine %s was switched off\n", r.name)
	return nil
}

// show audits the machine and prints its report and how to reach it.
func (r *resident) show(ctx context.Context, w io.Writer, o bootOutput) error {
	elapsed := time.Since(r.started)
	s := &station{name: r.name, gpu: r.device, look: r.machine.Snapshot}
	a, err := s.audit(ctx, o.save)
	if err != nil {
		return err
	}
	report := bootreport.Parse(r.machine.Serial())
	why := ""
	switch {
	case !report.Passed():
		if why = report.Problem; why == "" {
			why = "a self-test failed"
		}
	case a.Total > 0:
		why = "page-table audit: " + a.Violations[0].String()
	}
	switch {
	case o.asJSON:
		return writeJSON(w, stayJSON{"pxos.stay/1", r.name, why == "", why, elapsed.Milliseconds(), report, a})
	case o.raw:
		if _, err := w.Write(r.machine.Serial()); err != nil {
			return err
		}
	default:
		showReport(w, report, elapsed)
		if err := showAudit(w, r.name, a, false); err != nil && !errors.As(err, new(failed)) {
			return err
		}
	}
	if why == "" {
		fmt.Fprintf(w, "up         yes, and it stays: machine %s; Ctrl-C switches it off\n", r.name)
	} else {
		fmt.Fprintf(w, "up         NO: %s\n           machine %s stays all the same; Ctrl-C switches it off\n", why, r.name)
	}
	_, err = fmt.Fprintf(w, "next       pxos audit %[1]s   pxos gpu top %[1]s   pxos gpu tables %[1]s\n", r.name)
	return err
}

// over tells of a machine that ended by itself.
func (r *resident) over(ctx context.Context, c trial.Config, e ending, o bootOutput) error {
	if e.err != nil {
		return e.err
	}
	return r.dead(ctx, c, e.outcome.Message, o)
}

// dead explains a machine that should be up and is not.
func (r *resident) dead(ctx context.Context, c trial.Config, why string, o bootOutput) error {
	err := r.machine.Snapshot(ctx, func(ev *machine.Evidence) error {
		ev.GPUTables = r.device.Tables()
		if o.save != "" {
			if err := saveEvidence(o.save, ev); err != nil {
				return err
			}
		}
		d, err := fault.Diagnose(ev, fault.Options{SourceDirs: c.SourceDirs})
		if err != nil {
			return err
		}
		if o.asJSON {
			return d.JSON(o.out)
		}
		return fault.Render(o.out, d, width(o.out), isTerminal(o.out))
	})
	return errors.Join(failed{fmt.Sprintf("machine %s is not up: %s", r.name, why)}, err)
}
