package cm

import "golang.org/x/sys/cpu"

var fastCPU = cpu.X86.HasAVX2 && cpu.X86.HasBMI2

//go:noescape
func dotsAVX2(x, w0, w1, w2, w3 *[mixInputs]int16, sums *[mixSelectors]int32)

//go:noescape
func trainsAVX2(x, w0, w1, w2, w3 *[mixInputs]int16, errors *[mixSelectors]int16)

// learnBMI2 trusts that slot+15 is in the table for every slot.
//
//go:noescape
func learnBMI2(table *byte, slots *uint32, count int, maps *[maxContexts << 8]uint32, in *[mixInputs]int16,
	node, next, y uint64, rate uint64, states *[256][2]uint8, stretches *[4096]int16)

func dots(x, w0, w1, w2, w3 *[mixInputs]int16, sums *[mixSelectors]int32) {
	if fastCPU {
		dotsAVX2(x, w0, w1, w2, w3, sums)
		return
	}
	dotsPlain(x, w0, w1, w2, w3, sums)
}

func trains(x, w0, w1, w2, w3 *[mixInputs]int16, errors *[mixSelectors]int16) {
	if fastCPU {
		trainsAVX2(x, w0, w1, w2, w3, errors)
		return
	}
	trainsPlain(x, w0, w1, w2, w3, errors)
}

func learnStates(table []byte, slots []uint32, maps *[maxContexts << 8]uint32, in *[mixInputs]int16, node, next, y uint32, rate uint) {
	if fastCPU && len(slots) > 0 {
		learnBMI2(&table[0], &slots[0], len(slots), maps, in, uint64(node), uint64(next), uint64(y), uint64(rate), &nextState, &stretchTable)
		return
	}
	learnPlain(table, slots, maps, in, node, next, y, rate)
}
