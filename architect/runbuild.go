package architect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"pxos/image"
	"pxos/image/toolchain"
)

// buildOutputBytes is how much of a build's output is kept.
const buildOutputBytes = 64 << 10

// tail keeps the end of what is written to it: errors stand there.
type tail struct{ bytes.Buffer }

// Write keeps the last buildOutputBytes.
func (t *tail) Write(b []byte) (int, error) {
	t.Buffer.Write(b)
	if over := t.Len() - buildOutputBytes; over > 0 {
		t.Next(over)
	}
	return len(b), nil
}

// runBuild runs a command by sh in a folder, with the toolchain on PATH. The
// command and all that it starts end with the context, with the limit and with
// this process. A status other than 0 is the source's fault: a BuildError.
func runBuild(ctx context.Context, command, dir string, tools *toolchain.Toolchain, limit time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(limited, "sh", "-c", command)
	cmd.Dir = dir
	cmd.Env = os.Environ()
	if tools != nil {
		cmd.Env = append(cmd.Env, tools.Tool(toolchain.GCC).Env...)
	}
	var output tail
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	done := make(chan error, 1)
	go func() {
		// The parent-death signal is sent when the starting thread ends.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		done <- cmd.Run()
	}()
	err := <-done
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case limited.Err() != nil:
		return &image.BuildError{Stage: image.StageCompile, Output: fmt.Sprintf("the build took longer than %v (key limit_s)\n%s", limit, output.String())}
	case errors.As(err, &exit):
		if strings.Contains(output.String(), "No space left on device") {
			return errors.New("build: the disk is full: free some space and run it again")
		}
		return &image.BuildError{Stage: image.StageCompile, Output: fmt.Sprintf("%s: %v\n%s", command, err, output.String())}
	}
	return fmt.Errorf("start the build: %w", err)
}
