package pixelvm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"

	"pxos/pixel"
)

// ErrFormat is an image that is no program.
var ErrFormat = errors.New("not a valid program")

// Program is a program as the assembler makes it and the verifier takes it.
type Program struct {
	Tiles     int // of memory, 65,536 bytes each
	Functions []Function
	Table     []int // functions for CALLI
	Data      []Data
	Entry     int // the function that is run
}

// Function is a function. Its locals are its parameters and then those of its own, which
// start as zero.
type Function struct {
	Name            string
	Params, Results []Type
	Locals          []Type // of its own
	Code            []Pixel
}

// Local is the type of a local, ok false if there is none.
func (f *Function) Local(n int) (t Type, ok bool) {
	if n < len(f.Params) {
		return f.Params[n], true
	}
	if n -= len(f.Params); n < len(f.Locals) {
		return f.Locals[n], true
	}
	return 0, false
}

// Data is what memory holds when a program starts.
type Data struct {
	Address uint32
	Bytes   []byte
}

// Pixel is an instruction: R the opcode, G, B and A the operand.
type Pixel uint32

// Instruction makes a pixel; the operand's lower 24 bits count.
func Instruction(op Opcode, operand int) Pixel {
	return Pixel(op)<<24 | Pixel(operand)&0xFFFFFF
}

// Op is the opcode.
func (p Pixel) Op() Opcode { return Opcode(p >> 24) }

// Operand is the operand as an unsigned number, Signed as a signed one.
func (p Pixel) Operand() int { return int(p & 0xFFFFFF) }

// Signed is the operand as a signed number.
func (p Pixel) Signed() int64 { return int64(int32(p<<8) >> 8) }

// Bounds of a program, checked before memory is taken.
const (
	MaxTiles     = 4096 // 256 MiB
	maxFunctions = 1 << 16
	maxLocals    = 1 << 10
	maxResults   = 16
	maxCode      = 1 << 22 // pixels of all functions
	maxDataBytes = MaxTiles * pixel.TileBytes
	maxNameBytes = 255
)

// An image is pixels, each here as four bytes R, G, B, A:
//
//	"PXVM" | version 1 | tiles | functions | table | data | entry
//	function: length of the name, parameters, results, locals (a byte each) | pixels of code |
//	          the name, types 'i' or 'f' of parameters, results and locals, zeros to a pixel | code
//	table: a function a pixel
//	data: address | bytes | the bytes, zeros to a pixel
const (
	imageMagic   = 0x5058564D
	imageVersion = 1
)

// Pixels is the image of a program.
func (p *Program) Pixels() []Pixel {
	out := []Pixel{imageMagic, imageVersion, Pixel(p.Tiles), Pixel(len(p.Functions)), Pixel(len(p.Table)), Pixel(len(p.Data)), Pixel(p.Entry)}
	for _, f := range p.Functions {
		out = append(out, Pixel(len(f.Name))<<24|Pixel(len(f.Params))<<16|Pixel(len(f.Results))<<8|Pixel(len(f.Locals)), Pixel(len(f.Code)))
		text := []byte(f.Name)
		for _, list := range [][]Type{f.Params, f.Results, f.Locals} {
			for _, t := range list {
				text = append(text, byte(t))
			}
		}
		out = appendBytes(out, text)
		out = append(out, f.Code...)
	}
	for _, n := range p.Table {
		out = append(out, Pixel(n))
	}
	for _, d := range p.Data {
		out = append(out, Pixel(d.Address), Pixel(len(d.Bytes)))
		out = appendBytes(out, d.Bytes)
	}
	return out
}

func appendBytes(out []Pixel, p []byte) []Pixel {
	for len(p) > 0 {
		var b [4]byte
		n := copy(b[:], p)
		out, p = append(out, Pixel(binary.BigEndian.Uint32(b[:]))), p[n:]
	}
	return out
}

// reader takes pixels of an image.
type reader struct {
	p   []Pixel
	at  int
	err error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("pixel %d: %s: %w", r.at, fmt.Sprintf(format, args...), ErrFormat)
	}
}

// number takes a number of at most most.
func (r *reader) number(what string, most int) int {
	if r.err != nil || r.at >= len(r.p) {
		r.fail("it ends before %s", what)
		return 0
	}
	n := int(r.p[r.at])
	if n > most {
		r.fail("%s is %d, at most %d", what, n, most)
		return 0
	}
	r.at++
	return n
}

// bytes takes n bytes and the zeros after them.
func (r *reader) bytes(what string, n int) []byte {
	count := (n + 3) / 4
	if r.err != nil || count > len(r.p)-r.at {
		r.fail("it ends within %s", what)
		return nil
	}
	out := make([]byte, 0, count*4)
	for range count {
		out = binary.BigEndian.AppendUint32(out, uint32(r.p[r.at]))
		r.at++
	}
	for _, b := range out[n:] {
		if b != 0 {
			r.fail("%s is not filled with zeros", what)
		}
	}
	return out[:n]
}

func (r *reader) function(left *int) (f Function) {
	head := r.number("a function", 1<<32-1)
	n := r.number("the length of its code", *left)
	*left -= n
	name, params, results, locals := head>>24, head>>16&255, head>>8&255, head&255
	text := r.bytes("a function's name and types", name+params+results+locals)
	if r.err != nil {
		return f
	}
	f.Name = string(text[:name])
	types := make([]Type, 0, len(text)-name)
	for _, b := range text[name:] {
		if Type(b) != I64 && Type(b) != F64 {
			r.fail("function %q has a type 0x%02x", f.Name, b)
		}
		types = append(types, Type(b))
	}
	f.Params, f.Results, f.Locals = types[:params:params], types[params:params+results:params+results], types[params+results:]
	if n > len(r.p)-r.at {
		r.fail("it ends within the code of function %q", f.Name)
		return f
	}
	f.Code = append([]Pixel(nil), r.p[r.at:r.at+n]...)
	r.at += n
	return f
}

// Decode reads the image of a program. Zeros may follow it. What the program does is the
// verifier's.
func Decode(pixels []Pixel) (*Program, error) {
	r := &reader{p: pixels}
	if r.number("the mark", 1<<32-1) != imageMagic {
		r.at = 0
		r.fail("no mark PXVM")
	}
	if v := r.number("the version", 1<<32-1); v != imageVersion {
		r.fail("version %d, this program knows %d", v, imageVersion)
	}
	p := &Program{Tiles: r.number("the number of tiles", MaxTiles)}
	functions, table, data := r.number("the number of functions", min(maxFunctions, len(pixels))), r.number("the size of the table", len(pixels)), r.number("the number of data", len(pixels))
	p.Entry = r.number("the entry", maxFunctions)
	left := maxCode
	for i := 0; i < functions && r.err == nil; i++ {
		p.Functions = append(p.Functions, r.function(&left))
	}
	for i := 0; i < table && r.err == nil; i++ {
		p.Table = append(p.Table, r.number("an entry of the table", maxFunctions))
	}
	for i := 0; i < data && r.err == nil; i++ {
		d := Data{Address: uint32(r.number("the address of data", maxDataBytes))}
		d.Bytes = r.bytes("data", r.number("the length of data", maxDataBytes))
		p.Data = append(p.Data, d)
	}
	for r.err == nil && r.at < len(pixels) {
		if pixels[r.at] != 0 {
			r.fail("something follows the program")
		}
		r.at++
	}
	return p, r.err
}

// imageWidth is the pixels of a row in a picture of a program.
const imageWidth = 64

// Picture is the program as a picture, every instruction a pixel. Its alpha means
// something, so it must be kept as it is.
func (p *Program) Picture() *image.NRGBA {
	list := p.Pixels()
	m := image.NewNRGBA(image.Rect(0, 0, imageWidth, (len(list)+imageWidth-1)/imageWidth))
	for i, px := range list {
		m.SetNRGBA(i%imageWidth, i/imageWidth, color.NRGBA{uint8(px >> 24), uint8(px >> 16), uint8(px >> 8), uint8(px)})
	}
	return m
}

// FromPicture takes the pixels of a picture in rows, as Picture put them there.
func FromPicture(m image.Image) []Pixel {
	b := m.Bounds()
	list := make([]Pixel, 0, b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
			list = append(list, Pixel(c.R)<<24|Pixel(c.G)<<16|Pixel(c.B)<<8|Pixel(c.A))
		}
	}
	return list
}
