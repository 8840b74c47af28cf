package main

type shape interface{ area() int }

type square struct{ side int }

func (s *square) area() int { return s.side * s.side }

type sized interface{ size() int }

var (
	kept    *[64]byte
	table   map[int]int
	handler func(int) int
	thing   shape
	other   sized
	signal  chan int
)

func bad() {
	badNew()
	badAppend()
	badMake()
	badMapMake()
	badMapRead()
	badConcat()
	badFuncValue()
	badGo()
	badDefer()
	badInterface()
	badFrame()
	badPanic()
	badConvert()
	badAssert()
	badPrint()
	badStringOfBytes()
	badBytesOfString()
	badChannel()
}

//go:noinline
func badNew() { kept = new([64]byte) }

//go:noinline
func badAppend() { bytes = append(bytes, byte(number)) }

//go:noinline
func badMake() { bytes = make([]byte, number) }

//go:noinline
func badMapMake() { table = make(map[int]int, number) }

//go:noinline
func badMapRead() { number = table[number] }

//go:noinline
func badConcat() { text = text + "tail" }

//go:noinline
func badFuncValue() { number = handler(number) }

//go:noinline
func badGo() { go goodNothing() }

//go:noinline
func badDefer() {
	for range number {
		defer goodNothing()
	}
	goodNothing()
}

//go:noinline
func badInterface() { number = thing.area() }

//go:noinline
func badFrame() {
	var room [4096]byte
	fill(&room)
	number += int(room[number&4095])
}

//go:noinline
func fill(room *[4096]byte) { room[number&4095] = 1 }

//go:noinline
func badPanic() { panic("no") }

//go:noinline
func badConvert() { any1 = number }

//go:noinline
func badAssert() { other = thing.(sized) }

//go:noinline
func badPrint() { println(number) }

//go:noinline
func badStringOfBytes() { text = string(bytes) }

//go:noinline
func badBytesOfString() { bytes = []byte(text) }

//go:noinline
func badChannel() { signal <- 1 }
