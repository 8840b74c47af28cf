package pxgpu_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pxos/abi"
	"pxos/image/toolchain"
	"pxos/pxgpu"
)

// qemu is a real emulator with a pxGPU, spoken to by QMP on its standard input
// and output.
type qemu struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Scanner
}

func startQEMU(t *testing.T, d *pxgpu.Device, machine string) *qemu {
	t.Helper()
	cache, err := toolchain.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	tools, err := toolchain.Find(cache)
	if err != nil {
		if os.Getenv("PXOS_REQUIRE_TOOLS") == "" {
			t.Skipf("no QEMU: %v", err)
		}
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	cmd := tools.Tool(toolchain.QEMU).Cmd(ctx, "-nodefaults", "-no-user-config", "-display", "none", "-vga", "none",
		"-accel", "tcg", "-m", "128M", "-object", "memory-backend-memfd,id=mem,size=128M,share=on",
		"-machine", machine+",memory-backend=mem", "-qmp", "stdio",
		"-device", fmt.Sprintf(`{"driver":"vfio-user-pci","id":"gpu","socket":{"type":"unix","path":%q}}`, d.SocketPath()))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	cmd.Stderr = os.Stderr
	return attach(t, cmd, cancel)
}

func attach(t *testing.T, cmd *exec.Cmd, cancel func()) *qemu {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		cmd.Wait() //nolint:errcheck // it was told to die
	})
	q := &qemu{t: t, in: in, out: bufio.NewScanner(out)}
	q.out.Buffer(nil, 1<<20)
	q.call("qmp_capabilities", nil)
	return q
}

// call sends a QMP command and returns its result.
func (q *qemu) call(command string, arguments any) json.RawMessage {
	q.t.Helper()
	msg := map[string]any{"execute": command}
	if arguments != nil {
		msg["arguments"] = arguments
	}
	b, err := json.Marshal(msg)
	if err != nil {
		q.t.Fatal(err)
	}
	if _, err := q.in.Write(append(b, '\n')); err != nil {
		q.t.Fatal(err)
	}
	for q.out.Scan() {
		var reply struct{ Return, Error json.RawMessage }
		if err := json.Unmarshal(q.out.Bytes(), &reply); err != nil {
			q.t.Fatalf("%s: %v", q.out.Bytes(), err)
		}
		if reply.Error != nil {
			q.t.Fatalf("%s: %s", command, reply.Error)
		}
		if reply.Return != nil {
			return reply.Return
		}
	}
	q.t.Fatalf("%s: QEMU is gone: %v", command, q.out.Err())
	return nil
}

func (q *qemu) monitor(line string) string {
	q.t.Helper()
	var text string
	if err := json.Unmarshal(q.call("human-monitor-command", map[string]string{"command-line": line}), &text); err != nil {
		q.t.Fatal(err)
	}
	return text
}

var barLine = regexp.MustCompile(`BAR0: 64 bit memory at (0x[0-9a-f]+) \[(0x[0-9a-f]+)\]`)

// waitForBAR lets the firmware run until it has placed BAR0 and switched it on.
func (q *qemu) waitForBAR() uint64 {
	q.t.Helper()
	for {
		text := q.monitor("info pci")
		if m := barLine.FindStringSubmatch(text); m != nil && m[1] != "0xffffffffffffffff" {
			base, err := strconv.ParseUint(m[1], 0, 64)
			if err == nil && q.word(base+abi.RegID) == abi.MailboxID {
				return base
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (q *qemu) word(address uint64) uint32 {
	q.t.Helper()
	text := q.monitor(fmt.Sprintf("xp /1wx %#x", address))
	_, value, _ := strings.Cut(strings.TrimSpace(text), ": ")
	v, err := strconv.ParseUint(value, 0, 32)
	if err != nil {
		return 0 // "Cannot access memory" while the BAR is not placed
	}
	return uint32(v)
}

func TestRealQEMU(t *testing.T) {
	for _, machine := range []string{"q35", "pc"} {
		t.Run(machine, func(t *testing.T) {
			d, err := pxgpu.Serve(context.Background(), pxgpu.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			q := startQEMU(t, d, machine)
			base := q.waitForBAR()
			for reg, want := range map[uint64]uint32{
				abi.RegVERSION: abi.MailboxVersion, abi.RegRINGS: abi.MaxRings, abi.RegVRAMSIZE: abi.BAR0Size,
				abi.RegSTATUS: abi.StatusREADY, abi.RingBase + abi.RingDeviceSleep: 1, abi.RingBase + abi.RingGuestWake: 0, abi.ProcessesBase + 16: 0xFFFFFFFF,
			} {
				if got := q.word(base + reg); got != want {
					t.Errorf("BAR0 + %#x reads %#x, want %#x", reg, got, want)
				}
			}
			if text := q.monitor("info pci"); !strings.Contains(text, "5058:0001") || !strings.Contains(text, "VGA controller") {
				t.Errorf("info pci:\n%s", text)
			}
			if text := q.monitor("info mtree -f"); !strings.Contains(text, "ramd") {
				t.Errorf("no part of the BAR is mapped memory:\n%s", text)
			}
			resets := d.Stats().Resets
			q.call("system_reset", nil)
			if q.waitForBAR() != base {
				t.Error("BAR0 moved after a reset")
			}
			if s := d.Stats(); s.Resets <= resets || !s.Connected {
				t.Errorf("after system_reset: %+v", s)
			}
			q.in.Write([]byte(`{"execute":"quit"}` + "\n")) //nolint:errcheck // the device's view is what counts
			<-d.ClientGone()
			select {
			case err := <-d.Died():
				t.Errorf("QEMU's end killed the device: %v", err)
			default:
			}
		})
	}
}
