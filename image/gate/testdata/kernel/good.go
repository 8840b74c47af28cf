package main

import "sync/atomic"

var (
	counter atomic.Uint64
	word    uint32
	room    [512]byte
	pair    [2]struct{ a, b uint64 }
)

func good() {
	goodNothing()
	goodAtomics()
	goodGenerics()
	goodStringSwitch()
	goodJumpTable()
	goodRangeOverFunc()
	goodCopyAndClear()
	goodIndex()
	goodDivide()
	goodCompare()
	goodMethod()
	goodFrame()
}

//go:noinline
func goodNothing() {}

//go:noinline
func goodAtomics() {
	counter.Add(1)
	atomic.CompareAndSwapUint32(&word, 1, 2)
}

func largest[T int | uint64](a, b T) T {
	if a > b {
		return a
	}
	return b
}

//go:noinline
func goodGenerics() { number = largest(number, 3) + int(largest(counter.Load(), 4)) }

//go:noinline
func goodStringSwitch() {
	switch text {
	case "stay", "bench", "quiet":
		number = 1
	case "one", "two", "three", "four", "five", "six", "seven":
		number = 2
	}
}

//go:noinline
func goodJumpTable() {
	switch number {
	case 0:
		goodNothing()
	case 1:
		number = 17
	case 2:
		number = 5
		goodNothing()
	case 3:
		word = 7
	case 4:
		word = 8
		goodNothing()
	case 5:
		number, word = 3, 1
	case 6:
		number = 12
	case 7:
		word = 9
	case 8:
		number--
	case 9:
		number++
	}
}

func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

//go:noinline
func goodRangeOverFunc() {
	for i := range upTo(4) {
		number += i
	}
}

//go:noinline
func goodCopyAndClear() {
	number += copy(room[:], bytes)
	clear(room[number&255:])
	pair[0] = pair[1]
}

//go:noinline
func goodIndex() { room[number] = bytes[number] }

//go:noinline
func goodDivide() { number = 100 / number }

//go:noinline
func goodCompare() {
	if text == "a" || text < "b" || pair[0] == pair[1] {
		number++
	}
}

type meter struct{ value int }

func (m *meter) add(n int) { m.value += n }

//go:noinline
func goodMethod() {
	var m meter
	m.add(number)
	number = m.value
}

//go:noinline
func goodFrame() {
	var small [1024]byte
	small[number&1023] = 1
	number += int(small[(number*3)&1023])
}
