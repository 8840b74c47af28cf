package syntax

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// parse reads a text that must be right.
func parse(t *testing.T, text string) *File {
	t.Helper()
	src := NewSource("test.wgsl", text)
	f, d := Parse(src)
	if len(d) > 0 {
		t.Fatalf("%s", d.Render(src))
	}
	return f
}

// dump writes a tree without its places, to compare trees.
func dump(f *File) string {
	var b strings.Builder
	dumpValue(&b, reflect.ValueOf(f.Directives))
	dumpValue(&b, reflect.ValueOf(f.Decls))
	return b.String()
}

var spanType = reflect.TypeOf(Span{})

func dumpValue(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			b.WriteString("-")
			return
		}
		dumpValue(b, v.Elem())
	case reflect.Slice:
		b.WriteString("[")
		for i := 0; i < v.Len(); i++ {
			dumpValue(b, v.Index(i))
			b.WriteString(" ")
		}
		b.WriteString("]")
	case reflect.Struct:
		fmt.Fprintf(b, "%s{", v.Type().Name())
		for i := 0; i < v.NumField(); i++ {
			if v.Type().Field(i).Type != spanType {
				dumpValue(b, v.Field(i))
				b.WriteString(" ")
			}
		}
		b.WriteString("}")
	case reflect.String:
		b.WriteString(strconv.Quote(v.String()))
	default:
		fmt.Fprint(b, v.Interface())
	}
}

// shape writes an expression with every operation in brackets, to show how it was
// taken apart.
func shape(x Expr) string {
	switch x := x.(type) {
	case *TypeName:
		if x.Args == nil {
			return x.Name.Name
		}
		return x.Name.Name + "<" + shapes(x.Args) + ">"
	case *Literal:
		return x.Text
	case *Paren:
		return "(" + shape(x.X) + ")"
	case *Call:
		return shape(x.Callee) + "(" + shapes(x.Args) + ")"
	case *Index:
		return "{" + shape(x.Base) + "[" + shape(x.Index) + "]}"
	case *Selector:
		return "{" + shape(x.Base) + "." + x.Name.Name + "}"
	case *Unary:
		return "{" + x.Op.String() + shape(x.X) + "}"
	case *Binary:
		return "{" + shape(x.X) + " " + x.Op.String() + " " + shape(x.Y) + "}"
	}
	return "nothing"
}

func shapes(xs []Expr) string {
	var out []string
	for _, x := range xs {
		out = append(out, shape(x))
	}
	return strings.Join(out, ", ")
}

// checkSpans checks that every node lies in the text and in the node above it,
// begins and ends with a token, and follows the one before it.
func checkSpans(t *testing.T, f *File) {
	t.Helper()
	var within func(n Node)
	within = func(n Node) {
		s := n.Range()
		text := f.Source.Text
		if s.Start < 0 || s.End > Pos(len(text)) || s.Start >= s.End {
			t.Fatalf("%T has the span %v of %d bytes", n, s, len(text))
		}
		if end, _ := skipBlank(text, int(s.Start)); end != int(s.Start) {
			t.Fatalf("%T at %v begins with blankspace", n, s)
		}
		last := s.Start
		Inspect(n, func(m Node) bool {
			if m == n {
				return true
			}
			r := m.Range()
			if r.Start < last || r.End > s.End {
				t.Fatalf("%T %v is not in its place in %T %v, after %d", m, r, n, s, last)
			}
			last = r.End
			if loop, ok := n.(*Loop); ok && (m == Node(loop.Body) || m == Node(loop.Continuing)) {
				last = r.Start // continuing lies in the body, break if in continuing
			}
			within(m)
			return false
		})
	}
	for _, d := range f.Directives {
		within(d)
	}
	for _, d := range f.Decls {
		within(d)
	}
}
