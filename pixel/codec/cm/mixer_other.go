//go:build !amd64

package cm

func dot(x, w *[mixInputs]int16) int32 { return dotPlain(x, w) }

func train(x, w *[mixInputs]int16, err int16) { trainPlain(x, w, err) }
