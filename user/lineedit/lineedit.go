// Package lineedit lets a person edit a line on a console that hands over bytes as they
// are typed and shows what is written to it: cursor keys, history, completion. It asks
// nothing of the console but carriage return, backspace and a few of ECMA-48's escapes.
//
// It imports the standard library alone.
package lineedit

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// ErrInterrupted is a line that was given up with Ctrl-C.
var ErrInterrupted = errors.New("interrupted")

// Editor reads lines. Set In and Out; the rest may stay as it is.
type Editor struct {
	In      io.Reader // read byte by byte: what follows a line is left to others
	Out     io.Writer
	Columns int // of the screen; 0: taken for 80
	// History is the lines so far, the newest last.
	History []string
	// Complete gives what the word that ends at the end of line could become: the
	// place where it begins, and candidates for it.
	Complete func(line string) (start int, candidates []string)

	prompt       string
	line         []rune
	at           int    // of the cursor, in line
	from         int    // first rune that is shown
	recall       int    // place in History, its length for the line being typed
	saved        []rune // that line, while an older one is shown
	tabs         int    // Tab was pressed so often in a row
	fromControlD bool   // the last key was Ctrl-D, not Delete
	killed       []rune // by Ctrl-K, U or W, for Ctrl-Y
}

// maxHistory bounds the lines that are remembered.
const maxHistory = 500

// Line shows a prompt and reads a line, without its end. io.EOF is Ctrl-D on an empty
// line, or the end of In.
func (e *Editor) Line(prompt string) (string, error) {
	e.prompt, e.line, e.at, e.from, e.recall, e.saved, e.tabs = prompt, nil, 0, 0, len(e.History), nil, 0
	fmt.Fprint(e.Out, prompt)
	for {
		k, err := e.key()
		if err != nil {
			return string(e.line), err
		}
		if k != tab {
			e.tabs = 0
		}
		switch k {
		case enter:
			if e.at < len(e.line) {
				e.move(len(e.line))
			}
			fmt.Fprint(e.Out, "\r\n")
			e.remember()
			return string(e.line), nil
		case interrupt:
			fmt.Fprint(e.Out, "^C\r\n")
			return "", ErrInterrupted
		case deleteNext:
			if len(e.line) == 0 && e.fromControlD {
				fmt.Fprint(e.Out, "\r\n")
				return "", io.EOF
			}
			e.remove(e.at, e.at+1)
		default:
			e.act(k)
		}
	}
}

func (e *Editor) remember() {
	text := string(e.line)
	if strings.TrimSpace(text) == "" || len(e.History) > 0 && e.History[len(e.History)-1] == text {
		return
	}
	e.History = append(e.History, text)
	if len(e.History) > maxHistory {
		e.History = e.History[1:]
	}
}

// act changes the line or the cursor.
func (e *Editor) act(k rune) {
	switch k {
	case home:
		e.move(0)
	case end:
		e.move(len(e.line))
	case left:
		e.move(e.at - 1)
	case right:
		e.move(e.at + 1)
	case wordLeft:
		e.move(e.wordStart())
	case wordRight:
		e.move(e.wordEnd())
	case backspace:
		e.remove(e.at-1, e.at)
	case killRest:
		e.kill(e.at, len(e.line))
	case killStart:
		e.kill(0, e.at)
	case killWord:
		e.kill(e.wordStart(), e.at)
	case yank:
		e.insert(e.killed)
	case up:
		e.show(e.recall - 1)
	case down:
		e.show(e.recall + 1)
	case clear:
		fmt.Fprint(e.Out, "\x1b[H\x1b[2J")
		e.draw()
	case tab:
		e.complete()
	case nothing:
	default:
		e.insert([]rune{k})
	}
}

func (e *Editor) move(to int) {
	e.at = min(max(to, 0), len(e.line))
	e.draw()
}

func (e *Editor) insert(text []rune) {
	e.line = append(e.line[:e.at:e.at], append(append([]rune{}, text...), e.line[e.at:]...)...)
	e.at += len(text)
	if e.at == len(e.line) && len(e.line)-e.from <= e.room() {
		fmt.Fprint(e.Out, string(text)) // at the end nothing else moves
		return
	}
	e.draw()
}

func (e *Editor) remove(from, to int) {
	if from < 0 || to > len(e.line) || from >= to {
		return
	}
	e.line = append(e.line[:from:from], e.line[to:]...)
	if e.at > from {
		e.at = max(from, e.at-(to-from))
	}
	e.draw()
}

func (e *Editor) kill(from, to int) {
	if from < to {
		e.killed = append([]rune{}, e.line[from:to]...)
		e.remove(from, to)
	}
}

// wordStart is where the word before the cursor begins.
func (e *Editor) wordStart() int {
	i := e.at
	for i > 0 && e.line[i-1] == ' ' {
		i--
	}
	for i > 0 && e.line[i-1] != ' ' {
		i--
	}
	return i
}

// wordEnd is where the word after the cursor ends.
func (e *Editor) wordEnd() int {
	i := e.at
	for i < len(e.line) && e.line[i] == ' ' {
		i++
	}
	for i < len(e.line) && e.line[i] != ' ' {
		i++
	}
	return i
}

// show puts a line of the history in the place of the one being typed.
func (e *Editor) show(place int) {
	if place < 0 || place > len(e.History) {
		return
	}
	if e.recall == len(e.History) {
		e.saved = e.line
	}
	e.recall = place
	if place == len(e.History) {
		e.line = e.saved
	} else {
		e.line = []rune(e.History[place])
	}
	e.at = len(e.line)
	e.draw()
}

// room is how many runes of the line fit beside the prompt.
func (e *Editor) room() int {
	columns := e.Columns
	if columns <= 0 {
		columns = 80
	}
	return max(columns-utf8.RuneCountInString(visible(e.prompt))-1, 8)
}

// draw writes prompt and line anew, as far as they fit, and puts the cursor where it is.
func (e *Editor) draw() {
	room := e.room()
	if e.at < e.from {
		e.from = e.at
	}
	if e.at-e.from > room {
		e.from = e.at - room
	}
	if len(e.line) <= room {
		e.from = 0
	}
	shown := e.line[e.from:min(len(e.line), e.from+room)]
	fmt.Fprintf(e.Out, "\r%s%s\x1b[K", e.prompt, string(shown))
	if back := len(shown) - (e.at - e.from); back > 0 {
		fmt.Fprintf(e.Out, "\x1b[%dD", back)
	}
}

// visible is a text without its escapes for colours.
func visible(s string) string {
	for {
		before, rest, ok := strings.Cut(s, "\x1b[")
		if !ok {
			return s
		}
		_, after, _ := strings.Cut(rest, "m")
		s = before + after
	}
}

// complete makes the word before the cursor as long as it surely is; pressed again it
// shows what it could become.
func (e *Editor) complete() {
	if e.Complete == nil {
		return
	}
	before := string(e.line[:e.at])
	start, candidates := e.Complete(before)
	if len(candidates) == 0 {
		return
	}
	common := candidates[0]
	for _, c := range candidates[1:] {
		for !strings.HasPrefix(c, common) {
			_, size := utf8.DecodeLastRuneInString(common)
			common = common[:len(common)-size]
		}
	}
	if len(candidates) == 1 && !strings.HasSuffix(common, "/") {
		common += " "
	}
	if word := before[start:]; common != word && strings.HasPrefix(common, word) {
		e.insert([]rune(common[len(word):]))
		return
	}
	if e.tabs++; e.tabs > 1 && len(candidates) > 1 {
		fmt.Fprintf(e.Out, "\r\n%s\r\n", strings.Join(candidates, "  "))
		e.draw()
	}
}
