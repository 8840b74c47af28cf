// Command tour uses everything that the subset of Go for the Pixel VM has, and prints
// what comes of it.
package main

import (
	"math"
	"math/bits"

	"pxos/pixelvm/px"
)

type point struct {
	x, y  int32
	name  [4]byte
	next  *point
	value float64
	list  []int
}

type counter int

func (c *counter) add(n int) { *c += counter(n) }

func (p *point) sum() int { return int(p.x) + int(p.y) }

var (
	global  = base * 2
	base    = 21
	numbers = []int{5, 3, 8, 1, 9, 2}
	matrix  [3][4]float64
)

func divide(a, b int) (quotient, rest int) {
	quotient = a / b
	rest = a % b
	return
}

func sort(list []int) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j] < list[j-1]; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

func integers() {
	var a int8 = 127
	a++
	px.Int(int(a))
	var b uint8 = 3
	b -= 5
	px.Int(int(b))
	c := uint32(1) << 31
	px.Int(int(c * 3))
	d := int64(-7)
	px.Int(int(d / 2))
	px.Int(int(d % 2))
	px.Int(int(d >> 1))
	px.Int(int(uint64(d) >> 60))
	n := 70
	px.Int(1 << n)
	px.Int(int(d >> n))
	px.Int(bits.OnesCount64(0xFF00FF) + bits.LeadingZeros64(1) + bits.TrailingZeros64(8))
	px.Int(int(bits.RotateLeft32(0x80000001, 1)))
	px.Int(12 &^ 5)
	px.Int(^9)
	px.Int(min(4, 2, 7) + max(1, n))
	q, r := divide(-17, 5)
	px.Int(q)
	px.Int(r)
}

func floats() {
	x := 2.5
	px.Float(-x)
	px.Float(math.Floor(-2.5) + math.Ceil(2.1) + math.Trunc(-9.7) + math.Abs(-1))
	px.Float(math.Max(x, 3) + math.Min(x, 3))
	px.Int(int(-x * 1.6))
	px.Float(float64(uint64(1)<<63) * 1.5)
	u := math.Float64bits(1.5)
	px.Int(int(u >> 52))
	px.Float(math.Float64frombits(u + 1<<51))
	var zero float64
	px.Float(1 / zero)
	if nan := zero / zero; nan == nan {
		px.Text("NaN is itself\n")
	}
}

func memory() {
	p := &point{x: 3, y: -4, value: 1.25}
	p.next = &point{x: 10}
	p.next.next = p
	px.Int(p.next.next.sum())
	p.name[2] = 'z'
	copyOf := *p
	copyOf.name[2]++
	px.Byte(p.name[2])
	px.Byte(copyOf.name[2])
	px.Byte('\n')
	for i := range 10 {
		p.list = append(p.list, i*i)
	}
	px.Int(len(p.list))
	px.Int(p.list[9])
	part := p.list[2:5]
	part[0] = 1000
	px.Int(p.list[2] + len(part))
	array := [5]int{1, 2, 4: 9}
	tail := array[3:]
	tail[0] = 77
	px.Int(array[3] + array[4])
	n := copy(array[:], []int{7, 7})
	px.Int(n + array[0] + array[2])
	var c counter
	c.add(5)
	c.add(6)
	px.Int(int(c))
	for i := range 3 {
		for j := range 4 {
			matrix[i][j] = float64(i*10 + j)
		}
	}
	px.Float(matrix[2][3] + matrix[0][1])
	q := new(int)
	*q = 5
	*q *= *q
	px.Int(*q)
	if p.next != nil && p.next.next == p {
		px.Text("a ring\n")
	}
}

func control() {
	total := 0
outer:
	for i := 0; ; i++ {
		for j := 0; j < 5; j++ {
			switch {
			case j == 3:
				continue outer
			case i == 4:
				break outer
			}
			total += i*10 + j
		}
	}
	px.Int(total)
	for _, v := range numbers {
		switch v {
		case 1, 2:
			px.Text("small ")
		case 3:
			px.Text("three, then ")
			fallthrough
		case 5:
			px.Text("five ")
		default:
			px.Text("other ")
		}
	}
	px.Byte('\n')
	sort(numbers)
	for i, v := range numbers {
		if i%2 == 0 || v > 8 {
			px.Int(v)
		}
	}
	x := 1
	{
		x := x + 1
		px.Int(x)
	}
	px.Int(x)
}

func main() {
	px.Int(global)
	integers()
	floats()
	memory()
	control()
	px.Bytes([]byte{'d', 'o', 'n', 'e', '\n'})
}
