package linux

import (
	"pxos/kernel/arch/amd64"
	"pxos/kernel/phys"
	"pxos/kernel/random"
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
	switch f.device {
	case deviceNull:
		return 0
	case deviceRandom, deviceUrandom:
		return s.fillRandom(sp, x)
	}
	var zeros [256]byte
	done := uint64(0)
	for done < x.n {
		n := min(x.chunk(done), uint64(len(zeros)))
		if !sp.copyOut(x.addr+done, zeros[:n]) {
			return moved(done)
		}
		done += n
	}
	return done
}

// mixProcessor adds what the processor has of randomness to the seed of the host.
func (s *System) mixProcessor() {
	var seed [random.SeedWords]uint64
	for i := range seed {
		seed[i], _ = amd64.Random()
	}
	seed[0] ^= amd64.Rdtsc()
	s.randomness.Mix(seed)
}

// fillRandom fills memory of the program with random bytes.
func (s *System) fillRandom(sp *space, x transfer) uint64 {
	var b [256]byte
	done := uint64(0)
	for done < x.n {
		n := min(x.chunk(done), uint64(len(b)))
		s.randomness.Bytes(b[:n])
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
