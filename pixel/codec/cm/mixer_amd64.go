package cm

import "golang.org/x/sys/cpu"

var hasAVX2 = cpu.X86.HasAVX2

//go:noescape
func dotAVX2(x, w *[mixInputs]int16) int32

//go:noescape
func trainAVX2(x, w *[mixInputs]int16, err int16)

func dot(x, w *[mixInputs]int16) int32 {
	if hasAVX2 {
		return dotAVX2(x, w)
	}
	return dotPlain(x, w)
}

func train(x, w *[mixInputs]int16, err int16) {
	if hasAVX2 {
		trainAVX2(x, w, err)
		return
	}
	trainPlain(x, w, err)
}
