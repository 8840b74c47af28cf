package lineedit

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	for name, c := range map[string]struct{ typed, want string }{
		"plain":              {"hello\r", "hello"},
		"backspace":          {"hellp\x7fo\n", "hello"},
		"backspace at start": {"\x7f\x08a\r", "a"},
		"arrows":             {"hllo\x1b[D\x1b[D\x1b[De\r", "hello"},
		"home and end":       {"ell\x01h\x05o\r", "hello"},
		"home and end keys":  {"ell\x1b[Hh\x1b[Fo\r", "hello"},
		"kill the rest":      {"hello world\x01\x1b[C\x0b\r", "h"},
		"kill the start":     {"hello world\x15bye\r", "bye"},
		"kill a word":        {"one two three\x17\x174\r", "one 4"},
		"kill and yank":      {"one two\x17\x01\x19 \r", "two one "},
		"delete":             {"xhello\x01\x1b[3~\r", "hello"},
		"Ctrl-D in a line":   {"xhello\x01\x04\r", "hello"},
		"words":              {"one three\x1bb2 \x05!\r", "one 2 three!"},
		"more than ASCII":    {"grün\x1b[D\x7fu\r", "grun"},
		"no UTF-8":           {"a\xffb\r", "ab"},
		"unknown escape":     {"a\x1b[99;9Zb\r", "ab"},
		"control bytes":      {"a\x00\x1ab\r", "ab"},
	} {
		t.Run(name, func(t *testing.T) {
			e := Editor{In: strings.NewReader(c.typed), Out: io.Discard}
			got, err := e.Line("> ")
			if err != nil || got != c.want {
				t.Errorf("%q gave %q, %v; want %q", c.typed, got, err, c.want)
			}
		})
	}
}

func TestEnds(t *testing.T) {
	for typed, want := range map[string]error{"\x04": io.EOF, "": io.EOF, "abc\x03": ErrInterrupted} {
		e := Editor{In: strings.NewReader(typed), Out: io.Discard}
		if got, err := e.Line("> "); got != "" || !errors.Is(err, want) {
			t.Errorf("%q gave %q, %v; want %v", typed, got, err, want)
		}
	}
}

func TestHistory(t *testing.T) {
	e := Editor{In: strings.NewReader("one\rtwo\rtwo\r\r\x1b[A\x1b[A!\rnew\x10\x10\x1b[B\x1b[B?\r"), Out: io.Discard}
	for i, want := range []string{"one", "two", "two", "", "one!", "new?"} {
		if got, err := e.Line(""); err != nil || got != want {
			t.Errorf("line %d is %q, %v; want %q", i, got, err, want)
		}
	}
	if got := strings.Join(e.History, " "); got != "one two one! new?" {
		t.Errorf("history %q", got)
	}
}

func TestCompletion(t *testing.T) {
	all := []string{"cat", "catalogue", "cd"}
	complete := func(line string) (int, []string) {
		start := strings.LastIndexByte(line, ' ') + 1
		var out []string
		for _, c := range all {
			if strings.HasPrefix(c, line[start:]) {
				out = append(out, c)
			}
		}
		return start, out
	}
	for typed, want := range map[string]string{
		"cata\t.\r": "catalogue .", "c\t\t\r": "c", "x ca\t\r": "x cat", "zz\t\r": "zz", "cd\tx\r": "cd x",
	} {
		var shown strings.Builder
		e := Editor{In: strings.NewReader(typed), Out: &shown, Complete: complete}
		if got, err := e.Line("$ "); err != nil || got != want {
			t.Errorf("%q gave %q, %v; want %q", typed, got, err, want)
		}
		if typed == "c\t\t\r" && !strings.Contains(shown.String(), "cat  catalogue  cd") {
			t.Errorf("a second Tab shows %q", shown.String())
		}
	}
}

// TestScreen holds what a small terminal shows against the line and its cursor.
func TestScreen(t *testing.T) {
	typed := "the quick brown fox jumps over the lazy dog\x01\x1b[C\x1b[CX\x05\x17\x17end\x1b[D\x1b[D"
	for columns := 12; columns <= 60; columns += 8 {
		var shown strings.Builder
		e := Editor{In: strings.NewReader(typed), Out: &shown, Columns: columns}
		if _, err := e.Line("$ "); err != io.EOF {
			t.Fatal(err)
		}
		row, column := terminal(t, shown.String(), columns)
		if want := "$ " + string(e.line[e.from:]); strings.TrimRight(row, " ") != strings.TrimRight(want[:min(len(want), columns-1)], " ") {
			t.Errorf("%d columns show %q, want %q", columns, row, want)
		}
		if column != 2+e.at-e.from {
			t.Errorf("%d columns: the cursor is at %d, want %d", columns, column, 2+e.at-e.from)
		}
	}
}

// terminal is one row of a terminal: a program that writes past its end fails.
func terminal(t *testing.T, text string, columns int) (string, int) {
	t.Helper()
	row, at := []byte(strings.Repeat(" ", columns)), 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\r':
			at = 0
		case strings.HasPrefix(text[i:], "\x1b[K"):
			copy(row[at:], strings.Repeat(" ", columns))
			i += 2
		case c == '\x1b':
			n := 0
			for i += 2; text[i] != 'D'; i++ {
				n = 10*n + int(text[i]-'0')
			}
			at -= n
		case at >= columns-1:
			t.Fatalf("%q was written past column %d", c, columns)
		default:
			row[at] = c
			at++
		}
	}
	return string(row), at
}
