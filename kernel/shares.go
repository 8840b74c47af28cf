package main

import (
	"pxos/abi"
	"pxos/kernel/gpu"
	"pxos/kernel/report"
	"pxos/kernel/trap"
	"pxos/kernel/virtio"
)

// shares are the channels to directories of the host, in the order of the bus.
var (
	shares     [abi.MaxShares]virtio.Share
	shareCount int
)

// openShares brings the channels up that there are. Their ranges are the kernel's by then.
func openShares() {
	for keeperErr == gpu.OK && shareCount < len(shares) && bus.Find(virtio.Vendor, virtio.ShareID, shareCount) != nil {
		h := &shares[shareCount]
		for frames.Free < 2*virtio.ShareFrames && keeper.Grow(1) == gpu.OK {
		}
		err := h.Open(&bus, &tables, &frames, shareCount, local.ID(), trap.VectorDevice)
		report.Begin(abi.ReportShare)
		if err != virtio.OK {
			report.String("error", err.String())
		} else {
			report.Bytes("tag", h.Tag())
		}
		report.End()
		if err != virtio.OK {
			return
		}
		shareCount++
	}
}

// mountShares has each share seen at its path: texts that NULs end, the first for the
// share whose tag ends with 0. It gives the reason in words where one cannot be.
func mountShares(paths []byte) (why string) {
	for n, from := 0, 0; from < len(paths); n++ {
		to := from
		for to < len(paths) && paths[to] != 0 {
			to++
		}
		h := sharedAs(n)
		if h == nil {
			return "a share of the host is not there"
		}
		if why := ring3.Mount(h, paths[from:to]); why != "" {
			return why
		}
		from = to + 1
	}
	return ""
}

// sharedAs finds the share with a number in its tag, nil where there is none.
func sharedAs(number int) *virtio.Share {
	const name = len(abi.ShareTag)
	for i := range shares[:shareCount] {
		tag := shares[i].Tag()
		if len(tag) == name+1 && string(tag[:name]) == abi.ShareTag && int(tag[name]-'0') == number {
			return &shares[i]
		}
	}
	return nil
}
