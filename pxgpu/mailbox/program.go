package mailbox

import "pxos/abi"

// program is what GPU_EXECUTE runs.
type program struct {
	state uint32
	owner uint16
	bytes uint32
	hash  Hash
}

// Job is what a ring asks of the host: to run a kernel, or to compile one. The
// ring goes on when it is answered.
type Job struct {
	state, kind uint32
	process     uint16
	program     uint32 // or byte offset of a text
	length      uint32 // bindings, or bytes of a text
	status      uint32
	result      uint32
	cookie      uint32
	groups      [3]uint32
	bindings    [abi.ExecuteBindings][4]uint32
}

// gpuExecute runs program args[0].
func (m *Model) gpuExecute(r request) result {
	n := r.args[0]
	switch {
	case n >= abi.MaxPrograms || m.programs[n].state == abi.ProgramNone:
		return fail(abi.ErrNoProgram)
	case n == abi.ProgramPing:
		return result{value: r.args[1] + 1}
	case r.register:
		return fail(abi.ErrArgument)
	case m.programs[n].state == abi.ProgramReady && m.programs[n].owner != r.process:
		return fail(abi.ErrOwner)
	}
	j := Job{state: abi.JobPosted, kind: abi.JobExecute, process: r.process, program: uint32(n), cookie: r.cookie}
	if code := m.arguments(r, &j); code != abi.ErrNone {
		return fail(code)
	}
	m.rings[r.ring].job = j
	return waiting
}

// arguments copies and checks the block of args[2] bytes at args[1].
func (m *Model) arguments(r request, j *Job) uint32 {
	at, n := r.args[1], r.args[2]
	const most = abi.ExecuteHeaderBytes + abi.ExecuteBindings*abi.ExecuteBindingBytes
	if at%4 != 0 || n < abi.ExecuteHeaderBytes || n > most || n%abi.ExecuteBindingBytes != 0 {
		return abi.ErrArgument
	}
	if code := m.covered(r.process, at, n); code != abi.ErrNone {
		return code
	}
	word := func(i uint32) uint32 { return m.vram.Load(uint32(at) + 4*i) }
	j.groups, j.length = [3]uint32{word(0), word(1), word(2)}, word(3)
	if j.groups[0] > abi.MaxWorkgroups || j.groups[1] > abi.MaxWorkgroups || j.groups[2] > abi.MaxWorkgroups {
		return abi.ErrArgument
	}
	if uint64(j.length) != (n-abi.ExecuteHeaderBytes)/abi.ExecuteBindingBytes {
		return abi.ErrArgument
	}
	for i := range j.length {
		b := [4]uint32{word(4 + 4*i), word(5 + 4*i), word(6 + 4*i), word(7 + 4*i)}
		if b[0] > 15 || b[1]%abi.ExecuteAlign != 0 || b[2]%4 != 0 || b[3] != 0 {
			return abi.ErrArgument
		}
		if code := m.covered(r.process, uint64(b[1]), uint64(b[2])); code != abi.ErrNone {
			return code
		}
		j.bindings[i] = b
	}
	return abi.ErrNone
}

// addProgram is CallProgramAdd.
func (m *Model) addProgram(r request) result {
	at, n := r.args[1], r.args[2]
	if n == 0 || n > abi.MaxProgramBytes {
		return fail(abi.ErrArgument)
	}
	if code := m.covered(r.process, at, n); code != abi.ErrNone {
		return fail(code)
	}
	if _, ok := m.freeProgram(); !ok {
		return fail(abi.ErrNoMemory)
	}
	if r.register {
		return fail(abi.ErrArgument)
	}
	m.rings[r.ring].job = Job{state: abi.JobPosted, kind: abi.JobRegister, process: r.process, program: uint32(at), length: uint32(n), cookie: r.cookie}
	return waiting
}

func (m *Model) freeProgram() (uint32, bool) {
	for i := uint32(abi.ProgramUser); i < abi.MaxPrograms; i++ {
		if m.programs[i].state == abi.ProgramNone {
			return i, true
		}
	}
	return abi.MaxPrograms, false
}

// dropProgram is CallProgramDrop.
func (m *Model) dropProgram(r request) result {
	n := r.args[1]
	switch {
	case n < abi.ProgramUser || n >= abi.MaxPrograms || m.programs[n].state == abi.ProgramNone:
		return fail(abi.ErrNotFound)
	case m.programs[n].owner != r.process:
		return fail(abi.ErrOwner)
	}
	for i := range m.rings {
		if j := &m.rings[i].job; j.state != abi.JobIdle && j.kind == abi.JobExecute && uint64(j.program) == n {
			return fail(abi.ErrBusy)
		}
	}
	m.programs[n] = program{}
	return result{}
}

// Epoch counts resets; an answer of an older epoch is for nobody.
func (m *Model) Epoch() uint32 { return m.epoch }

// Waits says whether ring i waits for the host's answer.
func (m *Model) Waits(i int) bool { return m.rings[i].job.state == abi.JobPosted }

// Answer is the host's answer to the job of ring i: an error code and the result. A
// text that was compiled becomes a program with its hash. The result is given back.
func (m *Model) Answer(i int, epoch, status, value uint32, hash Hash) uint32 {
	j := &m.rings[i].job
	if epoch != m.epoch || j.state != abi.JobPosted || status >= abi.ErrNum {
		return 0
	}
	if status == abi.ErrNone && j.kind == abi.JobRegister {
		n, ok := m.freeProgram()
		if ok {
			m.programs[n] = program{state: abi.ProgramReady, owner: j.process, bytes: j.length, hash: hash}
		} else {
			status = abi.ErrNoMemory
		}
		value = n
	}
	j.state, j.status, j.result = abi.JobAnswered, status, value
	m.jobEnd = m.now
	return value
}

// finish turns an answered job into its command's result.
func (m *Model) finish(j *Job) result {
	j.state = abi.JobIdle
	if j.status != abi.ErrNone {
		return fail(j.status)
	}
	return result{value: uint64(j.result)}
}

// jobUses says whether a job that runs reaches [at, at+n).
func (m *Model) jobUses(at, n uint64) bool {
	meets := func(offset, bytes uint32) bool { return uint64(offset) < at+n && at < uint64(offset)+uint64(bytes) }
	for i := range m.rings {
		j := &m.rings[i].job
		if j.state == abi.JobIdle {
			continue
		}
		if j.kind == abi.JobRegister && meets(j.program, j.length) {
			return true
		}
		for b := range j.length {
			if j.kind == abi.JobExecute && meets(j.bindings[b][1], j.bindings[b][2]) {
				return true
			}
		}
	}
	return false
}

// anyJob says whether a job runs.
func (m *Model) anyJob() bool {
	for i := range m.rings {
		if m.rings[i].job.state == abi.JobPosted {
			return true
		}
	}
	return false
}

// jobOf says whether a job of a process runs.
func (m *Model) jobOf(process uint16) bool {
	for i := range m.rings {
		if j := &m.rings[i].job; j.state != abi.JobIdle && j.process == process {
			return true
		}
	}
	return false
}
