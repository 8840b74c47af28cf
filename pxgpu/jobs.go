package pxgpu

import (
	"context"
	"encoding/binary"
	"errors"

	"pxos/abi"
	mailbox "pxos/pxgpu/runtime"
	"pxos/wgsl/gpu"
)

// job is what a ring asked for: to run a kernel or to compile one. The runtime has
// checked that the caller may; the host does what it says.
type job struct {
	ring                  int
	epoch                 uint32
	kind, program, length uint32
	groups                [3]uint32
	bindings              []gpu.Binding
	text                  string
	pipeline              gpu.Pipeline
	stop                  context.CancelFunc
}

// startJobs takes the jobs that were posted and runs each in the background. mu is
// held.
func (d *Device) startJobs() {
	for ring := range d.rings() {
		at := abi.JobsBase + ring*abi.JobBytes
		if d.jobs[ring] != nil || binary.LittleEndian.Uint32(d.bytes[at+abi.JobState:]) != abi.JobPosted {
			continue
		}
		j := d.readJob(ring, at)
		ctx, stop := context.WithTimeout(d.ctx, d.limit)
		j.stop = stop
		d.jobs[ring] = j
		d.active++
		if j.kind == abi.JobExecute {
			d.dispatched.Add(1)
		}
		d.work(func() error {
			defer stop()
			status, hash := d.run(ctx, j)
			if j.kind == abi.JobExecute {
				d.dispatched.Done()
			}
			return d.finish(j, status, hash)
		})
	}
}

// readJob copies a job and what it needs out of memory that others write. mu is
// held.
func (d *Device) readJob(ring, at int) *job {
	word := func(offset int) uint32 { return binary.LittleEndian.Uint32(d.bytes[at+offset:]) }
	j := &job{
		ring: ring, epoch: d.state(abi.StateEpoch), kind: word(abi.JobKind), program: word(abi.JobProgram), length: word(abi.JobLength),
		groups: [3]uint32{word(abi.JobGroups), word(abi.JobGroups + 4), word(abi.JobGroups + 8)},
	}
	if j.kind == abi.JobRegister {
		j.text = string(d.bytes[j.program : j.program+j.length])
		return j
	}
	j.pipeline = d.own[j.program]
	for i := range int(j.length) {
		b := abi.JobBindings + i*abi.ExecuteBindingBytes
		j.bindings = append(j.bindings, gpu.Binding{Binding: int(word(b)), Buffer: d.buffer, Offset: int64(word(b + 4)), Size: int64(word(b + 8))})
	}
	return j
}

// run does a job, and says how it ended.
func (d *Device) run(ctx context.Context, j *job) (status uint32, hash [8]uint32) {
	d.counters.kernels.Add(1)
	var err error
	if j.kind == abi.JobRegister {
		hash = mailbox.HashOf([]byte(j.text))
		j.pipeline, err = d.engine.compile(ctx, j.text)
	} else {
		if j.pipeline == nil {
			j.pipeline, err = d.engine.kernel(ctx, int(j.program))
		}
		if err == nil {
			err = j.pipeline.Dispatch(ctx, gpu.Dispatch{Bindings: j.bindings, Workgroups: j.groups})
		}
	}
	var runaway *gpu.RunawayError
	switch {
	case err == nil:
		return abi.ErrNone, hash
	case errors.As(err, &runaway), ctx.Err() != nil:
		d.counters.runaways.Add(1)
		return abi.ErrRunaway, hash
	}
	return abi.ErrKernel, hash
}

// finish answers a job that was not overtaken by a reset. A program that was
// compiled is kept under the number that the runtime gives it.
func (d *Device) finish(j *job, status uint32, hash [8]uint32) error {
	d.lock()
	defer d.unlock()
	d.active--
	overtaken := d.jobs[j.ring] != j
	if overtaken && j.kind == abi.JobRegister && j.pipeline != nil {
		d.retired = append(d.retired, j.pipeline)
	}
	if overtaken {
		return d.closeRetired()
	}
	d.jobs[j.ring] = nil
	n, err := d.runtime.Answer(d.ctx, j.ring, j.epoch, status, 0, hash)
	if err != nil {
		return err
	}
	if j.kind == abi.JobRegister && j.pipeline != nil {
		if n < abi.MaxPrograms {
			d.own[n], j.pipeline = j.pipeline, d.own[n] // what had the number before was dropped
		}
		if j.pipeline != nil {
			d.retired = append(d.retired, j.pipeline)
		}
	}
	d.wake(j.ring)
	return d.closeRetired()
}

// closeRetired frees pipelines that nobody can ask for, once no job uses any.
func (d *Device) closeRetired() error {
	if d.active > 0 {
		return nil
	}
	var all error
	for _, p := range d.retired {
		all = errors.Join(all, p.Close())
	}
	d.retired = nil
	return all
}
