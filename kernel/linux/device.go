package linux

import (
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// Devices of /dev, Documentation/admin-guide/devices.txt: major number over minor.
const (
	deviceNull    = 1<<8 | 3
	deviceZero    = 1<<8 | 5
	deviceFull    = 1<<8 | 7
	deviceRandom  = 1<<8 | 8
	deviceUrandom = 1<<8 | 9
	deviceTTY     = 5 << 8
	deviceConsole = 5<<8 | 1
)

func (s *System) readDevice(sp *space, f *file, x transfer) uint64 {
	if f.device == deviceNull {
		return 0
	}
	var b [256]byte
	done := uint64(0)
	for done < x.n {
		n := min(x.chunk(done), uint64(len(b)))
		if f.device == deviceRandom || f.device == deviceUrandom {
			s.randomBytes(b[:n])
		}
		if !sp.copyOut(x.addr+done, b[:n]) {
			return moved(done)
		}
		done += n
	}
	return done
}

// writeDevice looks at none of the bytes: Linux's /dev/null takes bad addresses too.
func (s *System) writeDevice(f *file, x transfer) uint64 {
	if f.device == deviceFull {
		return sys.ENOSPC.Result()
	}
	return x.n
}

// readGenerated reads a text that was made when the file was opened.
func (s *System) readGenerated(sp *space, f *file, x transfer) uint64 {
	at := &f.offset
	if x.placed {
		at = &x.at
	}
	if *at >= f.bytes {
		return 0
	}
	n := min(x.n, f.bytes-*at)
	if !sp.copyOut(x.addr, phys.Bytes(f.value, phys.PageBytes)[*at:*at+n]) {
		return sys.EFAULT.Result()
	}
	*at += n
	return n
}
