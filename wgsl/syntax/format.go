package syntax

import (
	"sort"
	"strings"
	"unicode/utf8"
)

const (
	maxColumns  = 100
	indentation = "    "
)

// Format writes a file in the one customary form: indented by four blanks, one
// declaration, member and statement a line, operators between blanks, lists that
// pass 100 columns broken. Comments stay where they are between the tokens; blank
// lines between statements stay, one at most. Formatting its own output changes
// nothing, and the output has the same tree.
//
// The file must be one that Parse took without errors, or a tree made by hand: one
// without Source has no comments.
func Format(f *File) string {
	p := &printer{comments: f.Comments, hang: 1}
	if f.Source != nil {
		p.text = f.Source.Text
		p.scan = newScanner(p.text)
		p.cur = p.scan.next()
	}
	for _, d := range f.Directives {
		p.gap = gapLine
		p.directive(d)
	}
	for i, d := range f.Decls {
		p.gap = gapLine
		if p.scan == nil && i+len(f.Directives) > 0 {
			p.roomy = i == 0 || manyLines(d) || manyLines(f.Decls[i-1])
		}
		p.decl(d)
	}
	p.finish()
	return string(p.out)
}

// manyLines says whether a declaration of a tree made by hand is set off by blank
// lines.
func manyLines(d Decl) bool {
	switch d.(type) {
	case *FuncDecl, *StructDecl:
		return true
	}
	return false
}

// gap is the blankspace that is due before the next token or comment.
type gap uint8

const (
	gapNone  gap = iota
	gapSpace     // one blank
	gapAfter     // one blank unless the next token closes something
	gapLine      // a new line, after a blank line if the source has one
	gapHang      // a new line in the middle of something, hanging
)

// printer writes tokens. It reads the source's tokens along, to put each comment
// between the same tokens again. Only commas, semicolons and colons may be in one
// of both and not in the other.
type printer struct {
	out    []byte
	col    int // columns written in the present line
	indent int
	hang   int // how much more a line of gapHang is indented
	gap    gap
	tight  bool // after {: no blank line
	roomy  bool // a blank line before the next token

	text     string
	scan     *scanner // nil without a source
	cur      token
	last     Pos       // end of the last token or comment written
	comments []Comment // of the whole file
}

// emit writes a token.
func (p *printer) emit(s string) {
	next := Pos(-1)
	synced := p.sync(s)
	if synced {
		next = p.cur.Start
	}
	if p.gap == gapAfter {
		p.gap = gapSpace
		if strings.Contains(")],;>:", s) {
			p.gap = gapNone
		}
	}
	p.space(next)
	p.write(s)
	if !synced {
		return
	}
	p.last = p.cur.Start + Pos(len(s))
	if p.cur.Start = p.last; p.cur.Start == p.cur.End {
		p.cur = p.scan.next()
	}
}

// sync goes to a token in the source and writes the comments before it. It says
// whether the token is there.
func (p *printer) sync(s string) bool {
	for p.scan != nil {
		word := p.text[p.cur.Start:p.cur.End]
		switch {
		case word == s || (word == "&&" || word == "--") && word[:1] == s:
			p.flush()
			return true
		case p.cur.kind != tComma && p.cur.kind != tSemicolon && p.cur.kind != tColon:
			return false
		}
		p.cur = p.scan.next()
	}
	return false
}

// flush writes the comments before the current token of the source.
func (p *printer) flush() {
	for i, c := range p.scan.comments {
		next := p.cur.Start
		if i+1 < len(p.scan.comments) {
			next = p.scan.comments[i+1].Start
		}
		p.comment(c, next)
	}
	p.scan.comments = p.scan.comments[:0]
}

// finish writes the comments at the end and ends the last line.
func (p *printer) finish() {
	p.gap = gapLine
	if p.scan != nil {
		for p.cur.kind != tEOF { // semicolons
			p.cur = p.scan.next()
		}
		p.flush()
	}
	if len(p.out) > 0 {
		p.write("\n")
	}
}

// comment writes a comment: on a line of its own if it has one in the source, else
// behind the last token.
func (p *printer) comment(c Comment, next Pos) {
	text, toLineEnd := c.Text, strings.HasPrefix(c.Text, "//")
	if toLineEnd {
		text = strings.TrimRightFunc(text, blank)
	}
	own := len(p.out) == 0 || p.lineBreaks(p.last, c.Start) > 0
	due := p.gap
	switch {
	case own:
		if p.gap != gapLine {
			p.gap = gapHang
		}
		p.space(c.Start)
	case p.gap != gapNone || !p.opened():
		p.write(" ")
	}
	p.write(text)
	p.last = c.End
	switch {
	case due == gapLine && (toLineEnd || !own || p.lineBreaks(c.End, next) > 0):
		p.gap = gapLine
	case toLineEnd || own && p.lineBreaks(c.End, next) > 0:
		p.gap = gapHang
	case own || due == gapSpace:
		p.gap = gapSpace
	default:
		p.gap = gapAfter
	}
}

// opened says whether the last thing written opens a bracket.
func (p *printer) opened() bool {
	return len(p.out) > 0 && strings.IndexByte("([<", p.out[len(p.out)-1]) >= 0
}

// space writes the gap before what begins at a place of the source, -1 for what
// is not in it.
func (p *printer) space(next Pos) {
	indent := p.indent
	switch p.gap {
	case gapSpace, gapAfter:
		p.write(" ")
	case gapHang:
		indent += p.hang
		fallthrough
	case gapLine:
		if len(p.out) > 0 {
			p.write("\n")
			if p.gap == gapLine && !p.tight && (p.roomy || next >= 0 && p.lineBreaks(p.last, next) > 1) {
				p.write("\n")
			}
			p.write(strings.Repeat(indentation, indent))
		}
	}
	p.gap, p.roomy = gapNone, false
}

func (p *printer) write(s string) {
	p.out = append(p.out, s...)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		p.col, s = 0, s[i+1:]
	}
	p.col += utf8.RuneCountInString(s)
	p.tight = false
}

// lineBreaks counts the line ends between two places.
func (p *printer) lineBreaks(from, to Pos) int {
	n := 0
	for i, r := range p.text[from:max(from, to)] {
		if lineBreak(r) && !(r == '\n' && i > 0 && p.text[int(from)+i-1] == '\r') {
			n++
		}
	}
	return n
}

// commented says whether a comment lies in a span; broken, whether one does that
// ends a line.
func (p *printer) commented(s Span) (any, broken bool) {
	first := sort.Search(len(p.comments), func(i int) bool { return p.comments[i].Start >= s.Start })
	for _, c := range p.comments[first:] {
		if c.Start >= s.End {
			break
		}
		any = true
		if strings.HasPrefix(c.Text, "//") || strings.ContainsAny(c.Text, "\n\r") {
			return true, true
		}
	}
	return any, false
}

// open writes a brace and indents; shut ends that and writes the other brace.
func (p *printer) open() {
	p.emit("{")
	p.indent++
	p.gap, p.tight = gapLine, true
}

func (p *printer) shut() {
	p.gap = gapLine
	p.sync("}")
	p.indent--
	p.tight = true
	p.emit("}")
}
