package main

import (
	"fmt"

	"pxos/pixel/measure"
)

const (
	kernelBytes = 7_000_000 // the most that Default may make of vmlinux
	codeBytes   = 4_000_000 // and of its .text
	leastMBS    = 0.5       // megabytes a second, both ways
	mostGrowth  = 0.001
)

// bars are the codec's aims, each with what was measured of it.
func (r *report) bars() (list []bar) {
	for _, f := range r.Files {
		ours, ok := find(f.Results, "pxos default")
		if !ok {
			continue
		}
		most := map[string]int64{nameVmlinux: kernelBytes, nameText: codeBytes}[f.Name]
		if most > 0 {
			list = append(list, bar{fmt.Sprintf("default on %s, at most %.1f MB", f.Name, float64(most)/1e6),
				fmt.Sprintf("%.3f MB", float64(ours.PackedBytes)/1e6), ours.PackedBytes <= most})
			mb := float64(ours.Bytes) / 1e6
			pack, unpack := mb/ours.PackCPUS, mb/ours.UnpackCPUS
			list = append(list, bar{fmt.Sprintf("default on %s, at least %.1f MB/s both ways", f.Name, leastMBS),
				fmt.Sprintf("%.2f and %.2f MB/s", pack, unpack), min(pack, unpack) >= leastMBS})
		}
		if f.Name == nameCompressed {
			growth := float64(ours.PackedBytes)/float64(ours.Bytes) - 1
			list = append(list, bar{"default grows what is compressed by at most 0.1 %", fmt.Sprintf("%.4f %%", growth*100), growth <= mostGrowth})
		}
	}
	if len(r.Programs) > 0 {
		larger := 0
		for _, p := range r.Programs {
			if p.Ours > p.XZ {
				larger++
			}
		}
		list = append(list, bar{fmt.Sprintf("default is never larger than xz with filter on %d programs", len(r.Programs)),
			fmt.Sprintf("larger on %d", larger), larger == 0})
	}
	return list
}

func find(list []measure.Result, name string) (measure.Result, bool) {
	for _, r := range list {
		if r.Codec == name && r.Err == "" {
			return r, true
		}
	}
	return measure.Result{}, false
}
