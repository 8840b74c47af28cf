package lineedit

import "unicode/utf8"

// Keys that do something, apart from all runes.
const (
	nothing rune = -1 - iota
	enter
	interrupt
	deleteNext
	home
	end
	left
	right
	wordLeft
	wordRight
	backspace
	killRest
	killStart
	killWord
	yank
	up
	down
	clear
	tab
)

// controls are keys that come as one byte, as readline has them.
var controls = map[byte]rune{
	1: home, 2: left, 3: interrupt, 4: deleteNext, 5: end, 6: right, 8: backspace, 9: tab, '\n': enter, 11: killRest, 12: clear,
	'\r': enter, 14: down, 16: up, 21: killStart, 23: killWord, 25: yank, 0x7F: backspace,
}

// sequences are what follows ESC, of VT220 and xterm.
var sequences = map[string]rune{
	"[A": up, "[B": down, "[C": right, "[D": left, "[H": home, "[F": end, "OA": up, "OB": down, "OC": right, "OD": left, "OH": home, "OF": end,
	"[1~": home, "[7~": home, "[4~": end, "[8~": end, "[3~": deleteNext, "[1;5C": wordRight, "[1;5D": wordLeft, "[1;3C": wordRight,
	"[1;3D": wordLeft, "b": wordLeft, "f": wordRight, "\x7f": killWord,
}

// maxSequence bounds what is read after ESC.
const maxSequence = 16

func (e *Editor) byte() (byte, error) {
	var b [1]byte
	for {
		n, err := e.In.Read(b[:])
		if n == 1 || err != nil {
			return b[0], err
		}
	}
}

// key reads a key: a rune, or one of those above.
func (e *Editor) key() (rune, error) {
	b, err := e.byte()
	if err != nil {
		return nothing, err
	}
	e.fromControlD = b == 4
	switch k, ok := controls[b]; {
	case ok:
		return k, nil
	case b == 0x1B:
		return e.sequence()
	case b < ' ':
		return nothing, nil
	case b < utf8.RuneSelf:
		return rune(b), nil
	}
	text := []byte{b}
	for !utf8.FullRune(text) {
		if b, err = e.byte(); err != nil {
			return nothing, err
		}
		text = append(text, b)
	}
	r, size := utf8.DecodeRune(text)
	if r == utf8.RuneError && size == 1 {
		return nothing, nil
	}
	return r, nil
}

// sequence reads what follows ESC: one that nobody knows does nothing.
func (e *Editor) sequence() (rune, error) {
	var text []byte
	for len(text) < maxSequence {
		b, err := e.byte()
		if err != nil {
			return nothing, err
		}
		text = append(text, b)
		switch {
		case len(text) == 1 && (b == '[' || b == 'O'):
			continue
		case len(text) > 1 && text[0] == '[' && (b < '@' || b > '~'):
			continue
		}
		break
	}
	if k, ok := sequences[string(text)]; ok {
		return k, nil
	}
	return nothing, nil
}
