package virtio

import (
	"pxos/kernel/frame"
	"pxos/kernel/paging"
	"pxos/kernel/pci"
	"pxos/kernel/phys"
)

// Features and queues of the network device, 5.1.2 and 5.1.3.
const (
	netFeatureMAC = 1 << 5
	receiveQueue  = 0
	transmitQueue = 1
	headerBytes   = 12 // struct virtio_net_hdr, 5.1.6
)

// MaxFrame is the longest Ethernet frame, without its checksum.
const MaxFrame = 1514

// Net is a network card: whole Ethernet frames, in the order of the wire.
type Net struct {
	transport
	receive, transmit queue
	free              [queueEntries]uint16 // transmit buffers that are ours
	freeCount         int
	MAC               [6]byte
	Up                bool
	Received, Sent    uint64
	Dropped           uint64 // to be sent, while the queue was full
}

// Open brings the card up. It raises vector on a processor when a frame has come.
func (n *Net) Open(b *pci.Bus, tables *paging.Tables, frames *frame.Allocator, apicID, vector uint32) Error {
	if err := n.open(b, tables, NetworkID, 0); err != OK {
		return err
	}
	if n.specific == 0 {
		return ErrLayout
	}
	if err := n.negotiate(netFeatureMAC); err != OK {
		return err
	}
	entry := uint16(0)
	if !n.interrupt(apicID, vector) {
		entry = noVector // it is looked at with each time slice
	}
	if err := n.receive.open(&n.transport, frames, receiveQueue, entry); err != OK {
		return err
	}
	if err := n.transmit.open(&n.transport, frames, transmitQueue, noVector); err != OK {
		return err
	}
	for i := range n.MAC {
		n.MAC[i] = phys.Load8(n.specific + uint64(i))
	}
	for i := uint16(0); i < queueEntries; i++ {
		n.receive.give(i, bufferBytes, descriptorWrite)
		n.free[i] = i
	}
	n.freeCount = queueEntries
	n.setStatus(statusAcknowledge | statusDriver | statusFeaturesOK | statusDriverOK)
	n.receive.tell()
	n.Up = true
	return OK
}

// Pending says whether a frame has come.
func (n *Net) Pending() bool { return n.Up && n.receive.pending() }

// Receive copies the next frame that has come and gives its length; a longer one is cut
// off. ok is false where none has come.
func (n *Net) Receive(to []byte) (length int, ok bool) {
	if !n.Pending() {
		return 0, false
	}
	i, got := n.receive.take()
	if got > headerBytes {
		length = copy(to, n.receive.buffer(i)[headerBytes:got])
	}
	n.receive.give(i, bufferBytes, descriptorWrite)
	n.receive.tell()
	n.Received++
	return length, true
}

// Send sends a frame. Where the queue is full it is dropped, as a wire may.
func (n *Net) Send(f []byte) {
	for n.transmit.pending() {
		i, _ := n.transmit.take()
		if n.freeCount < queueEntries {
			n.free[n.freeCount] = i
			n.freeCount++
		}
	}
	if n.freeCount == 0 || len(f) > MaxFrame {
		n.Dropped++
		return
	}
	n.freeCount--
	i := n.free[n.freeCount]
	b := n.transmit.buffer(i)
	clear(b[:headerBytes])
	copy(b[headerBytes:], f)
	n.transmit.give(i, uint32(headerBytes+len(f)), 0)
	n.transmit.tell()
	n.Sent++
}
