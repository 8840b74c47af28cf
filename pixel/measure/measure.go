// Package measure sets the codec beside other codecs: bytes and seconds of the
// processor, both ways, and whether what comes back is what went in.
//
// It must import no other folder of pxOS than pixel; other codecs are programs whose
// paths are handed in. Invariants: every codec has one thread; what a codec gives back
// is compared by SHA-256; a codec that fails is reported, not left out.
package measure

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"pxos/pixel/codec"
)

// Codec packs a file and unpacks it again. Both give the seconds that the processor
// worked.
type Codec struct {
	Name   string
	Pack   func(ctx context.Context, in, out string) (cpu time.Duration, err error)
	Unpack func(ctx context.Context, in, out string) (cpu time.Duration, err error)
}

// Result is one codec on one file.
type Result struct {
	Codec       string  `json:"codec"`
	Bytes       int64   `json:"bytes"`
	PackedBytes int64   `json:"packed_bytes"`
	PackCPUS    float64 `json:"pack_cpu_s"`
	UnpackCPUS  float64 `json:"unpack_cpu_s"`
	// Err says why there is no result.
	Err string `json:"error,omitempty"`
}

// Ours is a level of the codec.
func Ours(level codec.Level) Codec {
	pack := func(p []byte) ([]byte, error) { return codec.Compress(p, codec.Options{Level: level}) }
	unpack := func(p []byte) ([]byte, error) { return codec.Decompress(p, codec.Limits{OutputBytes: 4 << 30}) }
	return Codec{"pxos " + level.String(), inProcess(pack), inProcess(unpack)}
}

func inProcess(f func([]byte) ([]byte, error)) func(context.Context, string, string) (time.Duration, error) {
	return func(_ context.Context, in, out string) (time.Duration, error) {
		start, err := cpuTime()
		if err != nil {
			return 0, err
		}
		data, err := os.ReadFile(in)
		if err != nil {
			return 0, err
		}
		if data, err = f(data); err != nil {
			return 0, err
		}
		if err := os.WriteFile(out, data, 0o644); err != nil {
			return 0, err
		}
		end, err := cpuTime()
		return end - start, err
	}
}

// cpuTime is what this process has had of the processor.
func cpuTime() (time.Duration, error) {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

// Filter is a program that packs its input to its output, and unpacks with -d.
func Filter(name, path string, options ...string) Codec {
	run := func(options ...string) func(context.Context, string, string) (time.Duration, error) {
		return func(ctx context.Context, in, out string) (time.Duration, error) {
			source, err := os.Open(in)
			if err != nil {
				return 0, err
			}
			defer source.Close()
			sink, err := os.Create(out)
			if err != nil {
				return 0, err
			}
			defer sink.Close()
			cmd := exec.CommandContext(ctx, path, options...)
			cmd.Stdin, cmd.Stdout = source, sink
			return runTimed(cmd)
		}
	}
	unpack := []string{"-d", "-c"}
	return Codec{name, run(append([]string{"-c"}, options...)...), run(unpack...)}
}

// ZPAQ is zpaq, which makes archives of named files.
func ZPAQ(name, path, method string) Codec {
	return Codec{name,
		func(ctx context.Context, in, out string) (time.Duration, error) {
			_ = os.Remove(out + ".zpaq") // it adds to an archive that is there
			cmd := exec.CommandContext(ctx, path, "add", out+".zpaq", filepath.Base(in), "-method", method, "-threads", "1")
			cmd.Dir = filepath.Dir(in)
			cpu, err := runTimed(cmd)
			if err != nil {
				return 0, err
			}
			return cpu, os.Rename(out+".zpaq", out)
		},
		func(ctx context.Context, in, out string) (time.Duration, error) {
			folder := out + ".files"
			defer os.RemoveAll(folder)
			if err := os.Rename(in, in+".zpaq"); err != nil {
				return 0, err
			}
			cpu, err := runTimed(exec.CommandContext(ctx, path, "extract", in+".zpaq", "-threads", "1", "-to", folder))
			if err != nil {
				return 0, err
			}
			files, err := filepath.Glob(filepath.Join(folder, "*"))
			if err == nil && len(files) != 1 {
				err = fmt.Errorf("%s holds %d files, want one", in, len(files))
			}
			if err != nil {
				return 0, err
			}
			return cpu, os.Rename(files[0], out)
		}}
}

func runTimed(cmd *exec.Cmd) (time.Duration, error) {
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, strings.TrimSpace(said.String()))
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// Run measures a codec on a file; work is a folder for what is packed and unpacked.
func Run(ctx context.Context, c Codec, file, work string) Result {
	r := Result{Codec: c.Name}
	if err := r.measure(ctx, c, file, work); err != nil {
		r.Err = err.Error()
	}
	return r
}

func (r *Result) measure(ctx context.Context, c Codec, file, work string) error {
	packed, back := filepath.Join(work, "packed"), filepath.Join(work, "back")
	defer os.RemoveAll(packed)
	defer os.RemoveAll(back)
	defer os.Remove(packed + ".zpaq")
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	r.Bytes = int64(len(data))
	want := sha256.Sum256(data)
	data = nil
	cpu, err := c.Pack(ctx, file, packed)
	if err != nil {
		return err
	}
	r.PackCPUS = cpu.Seconds()
	info, err := os.Stat(packed)
	if err != nil {
		return err
	}
	r.PackedBytes = info.Size()
	if cpu, err = c.Unpack(ctx, packed, back); err != nil {
		return err
	}
	r.UnpackCPUS = cpu.Seconds()
	if data, err = os.ReadFile(back); err != nil {
		return err
	}
	if got := sha256.Sum256(data); got != want {
		return fmt.Errorf("%s gives other bytes back: SHA-256 %x, not %x", c.Name, got, want)
	}
	return nil
}
