package virtio

import (
	"pxos/kernel/arch/amd64"
	"pxos/kernel/frame"
	"pxos/kernel/phys"
)

// queueEntries is how many buffers a queue has; a power of two.
const queueEntries = 128

// bufferBytes is the size of a buffer: two lie in a frame.
const bufferBytes = phys.PageBytes / 2

// descriptorNext: there is another part; descriptorWrite: the device writes the buffer.
// 2.7.5.
const (
	descriptorNext  = 1
	descriptorWrite = 2
)

// ring is a split virtqueue: its three tables, and what was done with them.
type ring struct {
	desc, avail, used uint64 // physical addresses, a frame each
	bell              uint64 // register that tells the device
	number            uint16
	given, taken      uint16 // entries put into avail, and taken from used
}

// open makes a ring and tells the device where it is.
func (q *ring) open(t *transport, frames *frame.Allocator, number, vector uint16) Error {
	q.number = number
	phys.Store16(t.common+queueSelect, number)
	if phys.Load16(t.common+queueSize) < queueEntries {
		return ErrQueue
	}
	q.desc, q.avail, q.used = frames.Alloc(), frames.Alloc(), frames.Alloc()
	if q.desc == frame.None || q.avail == frame.None || q.used == frame.None {
		return ErrMemory
	}
	phys.Store16(t.common+queueSize, queueEntries)
	phys.Store16(t.common+queueMSIX, vector)
	for _, p := range [...][2]uint64{{queueDesc, q.desc}, {queueDriver, q.avail}, {queueDevice, q.used}} {
		t.write32(p[0], uint32(p[1]))
		t.write32(p[0]+4, uint32(p[1]>>32))
	}
	q.bell = t.notify + uint64(phys.Load16(t.common+queueNotifyOff))*t.multiplier
	phys.Store16(t.common+queueEnable, 1)
	return OK
}

// describe says in descriptor i where n bytes lie.
func (q *ring) describe(i uint16, at uint64, n uint32, flags, next uint16) {
	d := phys.Words(q.desc+uint64(i)*16, 2)
	d[0], d[1] = at, uint64(n)|uint64(flags)<<32|uint64(next)<<48
}

// offer passes what begins at descriptor i to the device.
func (q *ring) offer(i uint16) {
	phys.Store16(q.avail+4+uint64(q.given%queueEntries)*2, i)
	q.given++
	// The entry is seen before the index: x86 keeps the order of stores.
	phys.Store16(q.avail+2, q.given)
}

// tell has the device look at the ring. What was given is seen before the bell.
func (q *ring) tell() {
	amd64.Mfence()
	phys.Store16(q.bell, q.number)
}

// pending says whether the device has given something back.
func (q *ring) pending() bool { return phys.Load16(q.used+2) != q.taken }

// next takes the next thing that the device has given back: the descriptor where it
// begins, and how many bytes the device says that it wrote.
func (q *ring) next() (i uint32, n uint32) {
	at := q.used + 4 + uint64(q.taken%queueEntries)*8
	q.taken++
	return phys.Load32(phys.Register(at)), phys.Load32(phys.Register(at + 4))
}

// queue is a ring whose descriptor i always has buffer i.
type queue struct {
	ring
	buffers [queueEntries / 2]uint64
}

// open makes a queue and tells the device where it is.
func (q *queue) open(t *transport, frames *frame.Allocator, number, vector uint16) Error {
	for i := range q.buffers {
		if q.buffers[i] = frames.Alloc(); q.buffers[i] == frame.None {
			return ErrMemory
		}
	}
	return q.ring.open(t, frames, number, vector)
}

// address is where buffer i lies.
func (q *queue) address(i uint16) uint64 {
	return q.buffers[i/2] + uint64(i%2)*bufferBytes
}

func (q *queue) buffer(i uint16) []byte { return phys.Bytes(q.address(i), bufferBytes) }

// give passes buffer i to the device: n bytes to read, or all of it to write.
func (q *queue) give(i uint16, n uint32, flags uint16) {
	q.describe(i, q.address(i), n, flags, 0)
	q.offer(i)
}

// take takes the next buffer that the device has given back, and how many bytes it
// wrote, at most all.
func (q *queue) take() (i uint16, n uint32) {
	from, n := q.next()
	return uint16(from) % queueEntries, min(n, bufferBytes)
}
