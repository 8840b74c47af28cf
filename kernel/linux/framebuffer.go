package linux

import (
	"pxos/abi"
	"pxos/kernel/gpu"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
	"pxos/kernel/region"
	"pxos/kernel/screen"
	"pxos/kernel/sys"
)

// deviceFrame is /dev/fb0, the pixels of the screen. While a program has it open the
// kernel draws nothing.
const deviceFrame = 29 << 8

// Requests of ioctl, and where the words of their answers are: linux/fb.h.
const (
	fbGetVariable   = 0x4600
	fbGetFixed      = 0x4602
	fbVariableBytes = 160 // struct fb_var_screeninfo
	fbFixedBytes    = 80  // struct fb_fix_screeninfo
	fbTrueColour    = 2   // FB_VISUAL_TRUECOLOR
)

func (s *System) ioctlFrame(t *thread, request, addr uint64) uint64 {
	var b [fbVariableBytes]byte
	put32 := func(at int, v uint32) {
		b[at], b[at+1], b[at+2], b[at+3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
	}
	switch request {
	case fbGetVariable:
		for i, v := range [...]uint32{screen.Width, screen.Height, screen.Width, screen.Height, 0, 0, 32, 0, 16, 8, 0, 8, 8, 0, 0, 8, 0} {
			put32(4*i, v) // sizes, place, bits of a pixel, then offset and length of red, green, blue
		}
		return copied(t.space.copyOut(addr, b[:]))
	case fbGetFixed:
		b[0], b[1], b[2], b[3] = 'p', 'x', 'O', 'S'
		put32(24, screen.FrameBytes)
		put32(36, fbTrueColour)
		put32(48, 4*screen.Width)
		return copied(t.space.copyOut(addr, b[:fbFixedBytes]))
	}
	return sys.ENOTTY.Result()
}

// moveFrame reads or writes pixels.
func (s *System) moveFrame(t *thread, f *file, x transfer, reads bool) uint64 {
	at := &f.offset
	if x.placed {
		at = &x.at
	}
	if *at >= screen.FrameBytes {
		if reads || x.n == 0 {
			return 0
		}
		return sys.ENOSPC.Result()
	}
	n := min(x.n, screen.FrameBytes-*at)
	pixels := phys.Bytes(s.Screen.Frame+*at, int(n))
	ok := false
	if reads {
		ok = t.space.copyOut(x.addr, pixels)
	} else {
		ok = t.space.copyIn(pixels, x.addr)
	}
	if !ok {
		return sys.EFAULT.Result()
	}
	*at += n
	return n
}

// mapFrame has a region show the pixels themselves. The GPU is asked to let the process
// have them.
func (s *System) mapFrame(sp *space, r *region.Region, offset, flags uint64) sys.Errno {
	switch {
	case offset%phys.PageBytes != 0 || flags&mapType == mapPrivate:
		return sys.EINVAL
	case r.Prot&region.Exec != 0:
		return sys.EACCES
	}
	if !sp.screen {
		const rights = abi.RightRead | abi.RightWrite
		if _, err := s.Keeper.GPU.System(abi.KernelProcess, abi.CallDerive, s.Keeper.Screen, uint64(sp.handle), rights); err != gpu.OK {
			return sys.ENOMEM
		}
		sp.screen = true
	}
	r.Kind, r.Offset, r.FileEnd = region.Device, offset, screen.FrameBytes
	return 0
}

// touchFrame makes a page of pixels present.
func (s *System) touchFrame(sp *space, slot *uint64, page uint64, r *region.Region) bool {
	offset := r.Offset + page - r.Start
	if offset >= r.FileEnd {
		return false
	}
	sp.tables.Present(slot, page, s.Screen.Frame+offset, s.flagsOf(r))
	return true
}

// flagsOf is how a page of a region is mapped.
func (s *System) flagsOf(r *region.Region) paging.Flags {
	f := paging.Flags{Write: r.Prot&region.Write != 0, Exec: r.Prot&region.Exec != 0, User: true}
	if r.Kind == region.Device {
		f.Type = s.Screen.Type
	}
	return f
}
