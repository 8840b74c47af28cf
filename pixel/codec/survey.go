package codec

import "pxos/pixel/codec/cm"

// Class is what a stretch of data looks like.
type Class uint8

// Classes.
const (
	ClassTable Class = iota // records, numbers, and what nothing else fits
	ClassText
	ClassCode
	ClassNoise // compressed or encrypted
	ClassZero
)

var classNames = [...]string{"table", "text", "code", "noise", "zero"}

func (c Class) String() string { return classNames[min(int(c), len(classNames)-1)] }

// Stretch is so many bytes of one class.
type Stretch struct {
	Bytes int
	Class Class
}

// Survey says what the parts of data are, as the models see it.
func Survey(data []byte) (list []Stretch) {
	for _, s := range cm.Survey(data) {
		list = append(list, Stretch{s.Bytes, map[cm.Look]Class{cm.LookText: ClassText, cm.LookCode: ClassCode, cm.LookNoise: ClassNoise}[s.Look]})
	}
	return list
}
