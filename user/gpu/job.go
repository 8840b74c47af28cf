package gpu

import (
	"errors"
	"fmt"
	"syscall"

	"pxos/abi"
)

// Job is a kernel that was submitted.
type Job struct {
	device *Device
	number uint64
}

// Wait waits for the job's end. The answers of the last 256 jobs are kept.
func (j Job) Wait() error {
	_, err := j.wait()
	return err
}

func (j Job) wait() (uint64, error) {
	var w [abi.ComputeWaitWords]uint64
	w[abi.ComputeWaitJob] = j.number
	for {
		_, err := call(j.device.fd, abi.ComputeWait, w[:])
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("wait for job %d: %w", j.number, err)
		}
		if code := w[abi.ComputeWaitStatus]; code != abi.ErrNone {
			return 0, Error(code)
		}
		return w[abi.ComputeWaitResult], nil
	}
}

func (d *Device) submit(kind uintptr, words []uint64) (Job, error) {
	n, err := call(d.fd, kind, words)
	if errors.Is(err, syscall.EAGAIN) {
		return Job{}, fmt.Errorf("%d jobs wait already: wait for one", abi.ComputeJobs)
	}
	if err != nil {
		return Job{}, err
	}
	return Job{d, n}, nil
}

// Error is why the GPU refused a job or ended it: an abi.Err* code.
type Error uint32

var reasons = map[Error]string{
	abi.ErrArgument: "an argument is out of range or misaligned", abi.ErrNoMemory: "no VRAM or no place for a program is left",
	abi.ErrNotFound: "there is no such object", abi.ErrNoProgram: "there is no such program", abi.ErrHalted: "the GPU was halted",
	abi.ErrBusy: "what is asked for is in use", abi.ErrOwner: "a buffer or the program is somebody else's, or freed",
	abi.ErrQuota: "the process has all VRAM that it may have", abi.ErrProcess: "the process has ended",
	abi.ErrRunaway: "the kernel did not come to an end and was ended",
	abi.ErrKernel:  "the kernel's text is wrong, or its bindings do not fit it",
}

func (e Error) Error() string {
	if s, ok := reasons[e]; ok {
		return "GPU: " + s
	}
	return fmt.Sprintf("GPU: error %d", uint32(e))
}
