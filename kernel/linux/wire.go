package linux

import (
	"pxos/kernel/sys"
	"pxos/kernel/virtio"
)

// deviceNet is /dev/net0: a read takes an Ethernet frame that has come, a write sends
// one. The TCP/IP stack is a program.
const deviceNet = 10<<8 | 200

// frameBuffer is where a frame is put together.
var frameBuffer [virtio.MaxFrame]byte

// pollWire tells who waits that frames have come.
func (s *System) pollWire() {
	if s.Net != nil && s.Net.Pending() && !s.wireTold {
		s.wireTold = true
		s.notify(&s.wire)
	}
}

func (s *System) readWire(t *thread, f *file, x transfer) (result uint64, done bool) {
	n, ok := s.Net.Receive(frameBuffer[:])
	if !ok {
		s.wireTold = false
		if f.flags&sys.O_NONBLOCK != 0 {
			return sys.EAGAIN.Result(), true
		}
		s.block(t, &s.wire, never, 0)
		return 0, false
	}
	length := min(uint64(n), x.n)
	if !t.space.copyOut(x.addr, frameBuffer[:length]) {
		return sys.EFAULT.Result(), true
	}
	return length, true
}

func (s *System) writeWire(t *thread, x transfer) uint64 {
	if x.n > virtio.MaxFrame {
		return sys.EMSGSIZE.Result()
	}
	if !t.space.copyIn(frameBuffer[:x.n], x.addr) {
		return sys.EFAULT.Result()
	}
	s.Net.Send(frameBuffer[:x.n])
	return x.n
}
