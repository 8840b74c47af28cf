// Package terminal keeps what a terminal would show: rows of characters with colours, of
// which the oldest scroll away. It understands the commonest escapes of ECMA-48.
//
// It imports nothing and draws nothing: an exception handler can write to it. Package
// screen draws what is in it.
package terminal

// Size of a terminal, in characters.
const (
	Columns = 92
	Rows    = 44
)

// Colours are those of SGR 30 to 37 and 90 to 97.
const (
	Black = iota
	Red
	Green
	Yellow
	Blue
	Magenta
	Cyan
	White
	Grey        // bright black
	BrightWhite = 15
)

// Cell is a character with its colours.
type Cell struct {
	Rune       uint16 // what does not fit is a question mark
	Foreground uint8
	Background uint8
}

// Blank is a cell with nothing in it.
var Blank = Cell{' ', White, Black}

// Terminal is the characters and where the next one goes.
type Terminal struct {
	Cells       [Rows][Columns]Cell
	Row, Column int
	Changed     bool // since somebody drew it
	opened      bool
	pen         Cell // colours of what comes
	bold        bool
	inverse     bool

	state   state
	numbers [maxNumbers]int // of an escape
	count   int
	partial rune // of a character in UTF-8
	more    int  // bytes that it still takes
}

const maxNumbers = 8

// state is what the bytes before were.
type state uint8

const (
	plain state = iota
	escape
	control // after ESC [
	skipped // after ESC and an intermediate byte
)

// Main is the console: what programs print, and the kernel's own words.
var Main Terminal

func (t *Terminal) open() {
	if t.opened {
		return
	}
	t.opened, t.pen = true, Blank
	for row := range &t.Cells {
		t.clear(row, 0, Columns)
	}
}

// Colour sets the colour of what follows.
func (t *Terminal) Colour(foreground uint8) {
	t.open()
	t.pen.Foreground = foreground
}

// Text writes a text.
func (t *Terminal) Text(s string) {
	for i := 0; i < len(s); i++ {
		t.Put(s[i])
	}
}

// Put writes a byte.
func (t *Terminal) Put(b byte) {
	t.open()
	t.Changed = true
	switch t.state {
	case escape:
		t.afterEscape(b)
	case control:
		t.inControl(b)
	case skipped:
		t.state = plain
	default:
		t.plain(b)
	}
}

func (t *Terminal) plain(b byte) {
	const tabStop = 8
	switch {
	case b == 0x1B:
		t.state = escape
	case b == '\n':
		t.Column = 0 // whoever wants the column kept is not known here
		t.down()
	case b == '\r':
		t.Column = 0
	case b == '\b':
		t.Column = max(min(t.Column, Columns-1)-1, 0)
	case b == '\t':
		t.Column = min(t.Column/tabStop*tabStop+tabStop, Columns-1)
	case b < ' ' || b == 0x7F:
	default:
		t.decode(b)
	}
}

// decode puts UTF-8 together. A byte that fits nowhere becomes a question mark.
func (t *Terminal) decode(b byte) {
	switch {
	case b < 0x80:
		t.more = 0
		t.write(rune(b))
	case b < 0xC0 && t.more > 0:
		t.partial = t.partial<<6 | rune(b&0x3F)
		if t.more--; t.more == 0 {
			t.write(t.partial)
		}
	case b >= 0xC2 && b < 0xE0:
		t.partial, t.more = rune(b&0x1F), 1
	case b >= 0xE0 && b < 0xF0:
		t.partial, t.more = rune(b&0x0F), 2
	case b >= 0xF0 && b < 0xF5:
		t.partial, t.more = rune(b&0x07), 3
	default:
		t.more = 0
		t.write('?')
	}
}

// write puts a character where the cursor is. At the end of a row the next one begins
// when another character comes.
func (t *Terminal) write(r rune) {
	if t.Column >= Columns {
		t.Column = 0
		t.down()
	}
	if r > 0xFFFF {
		r = '?'
	}
	c := t.pen
	c.Rune = uint16(r)
	if t.bold && c.Foreground < Grey {
		c.Foreground += Grey
	}
	if t.inverse {
		c.Foreground, c.Background = c.Background, c.Foreground
	}
	t.Cells[t.Row][t.Column] = c
	t.Column++
}

func (t *Terminal) down() {
	if t.Row+1 < Rows {
		t.Row++
		return
	}
	for row := 1; row < Rows; row++ {
		copy(t.Cells[row-1][:], t.Cells[row][:])
	}
	t.clear(Rows-1, 0, Columns)
}

// clear makes part of a row blank.
func (t *Terminal) clear(row, from, to int) {
	for column := from; column < to; column++ {
		t.Cells[row][column] = Cell{' ', White, t.pen.Background}
	}
}

func (t *Terminal) afterEscape(b byte) {
	switch {
	case b == '[':
		t.state, t.count = control, 0
		clear(t.numbers[:])
	case b >= ' ' && b < '0':
		t.state = skipped
	default:
		t.state = plain
	}
}

func (t *Terminal) inControl(b byte) {
	const most = 9999
	switch {
	case b >= '0' && b <= '9':
		n := &t.numbers[t.count]
		*n = min(*n*10+int(b-'0'), most)
	case b == ';':
		t.count = min(t.count+1, maxNumbers-1)
	case b >= '@' && b <= '~':
		t.state = plain
		t.carryOut(b)
	case b < ' ':
		t.state = plain
		t.plain(b)
	}
}

// carryOut does what an escape says, ECMA-48, 8.3. Others have no effect.
func (t *Terminal) carryOut(b byte) {
	n := max(t.numbers[0], 1)
	column := min(t.Column, Columns-1)
	switch b {
	case 'A':
		t.Row = max(t.Row-n, 0)
	case 'B':
		t.Row = min(t.Row+n, Rows-1)
	case 'C':
		t.Column = min(column+n, Columns-1)
	case 'D':
		t.Column = max(column-n, 0)
	case 'G':
		t.Column = min(n-1, Columns-1)
	case 'H', 'f':
		t.Row, t.Column = min(n-1, Rows-1), min(max(t.numbers[1], 1)-1, Columns-1)
	case 'J':
		t.eraseScreen(column)
	case 'K':
		from, to := column, Columns
		switch t.numbers[0] {
		case 1:
			from, to = 0, column+1
		case 2:
			from = 0
		}
		t.clear(t.Row, from, to)
	case 'm':
		for i := 0; i <= t.count; i++ {
			i += t.render(t.numbers[i], i)
		}
	}
}

func (t *Terminal) eraseScreen(column int) {
	first, last := t.Row+1, Rows
	switch t.numbers[0] {
	case 0:
		t.clear(t.Row, column, Columns)
	case 1:
		t.clear(t.Row, 0, column+1)
		first, last = 0, t.Row
	default:
		first = 0
	}
	for row := first; row < last; row++ {
		t.clear(row, 0, Columns)
	}
}

// render sets colours: SGR. It gives how many numbers it took besides its own.
func (t *Terminal) render(n, at int) int {
	switch {
	case n == 0:
		t.pen, t.bold, t.inverse = Blank, false, false
	case n == 1:
		t.bold = true
	case n == 22:
		t.bold = false
	case n == 7:
		t.inverse = true
	case n == 27:
		t.inverse = false
	case n >= 30 && n <= 37:
		t.pen.Foreground = uint8(n - 30)
	case n == 39:
		t.pen.Foreground = Blank.Foreground
	case n >= 40 && n <= 47:
		t.pen.Background = uint8(n - 40)
	case n == 49:
		t.pen.Background = Blank.Background
	case n >= 90 && n <= 97:
		t.pen.Foreground = uint8(n-90) + Grey
	case n >= 100 && n <= 107:
		t.pen.Background = uint8(n-100) + Grey
	case (n == 38 || n == 48) && at+2 < maxNumbers: // colours of others: 5;N or 2;R;G;B, not shown
		if t.numbers[at+1] == 2 {
			return 4
		}
		return 2
	}
	return 0
}
