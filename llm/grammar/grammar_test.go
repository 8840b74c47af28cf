package grammar

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"pxos/llm/gguf"
	"pxos/llm/token"
)

// random writes a part of a grammar twice: as GBNF, and as a regular expression.
func random(r *rand.Rand, depth int) (gbnf, pattern string) {
	if depth == 0 {
		list := [][2]string{{`"a"`, "a"}, {`"bc"`, "bc"}, {`[a-c]`, "[a-c]"}, {`[^a]`, "[^a]"}, {`[é-ü€😀]`, "[é-ü€😀]"}, {`"😀"`, "😀"}, {`.`, "."}, {`"\""`, `"`}, {`[\]\\x]`, `[\]\\x]`}, {`"\x41\u00e9"`, "Aé"}}
		c := list[r.IntN(len(list))]
		return c[0], c[1]
	}
	var g, p []string
	for range 1 + r.IntN(3) {
		x, y := random(r, depth-1)
		if r.IntN(2) == 0 {
			times := []string{"?", "*", "+", "{2}", "{1,3}", "{2,}"}[r.IntN(6)]
			x, y = "("+x+")"+times, "(?:"+y+")"+times
		}
		g, p = append(g, x), append(p, y)
	}
	if r.IntN(2) == 0 {
		return "(" + strings.Join(g, " | ") + ")", "(?:" + strings.Join(p, "|") + ")"
	}
	return strings.Join(g, " "), strings.Join(p, "")
}

// TestRandomGrammars holds automata to Go's regular expressions, on random grammars and texts.
func TestRandomGrammars(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	matched := 0
	for range 400 {
		gbnf, pattern := random(r, 1+r.IntN(3))
		g, err := Parse("root ::= " + gbnf)
		if err != nil {
			t.Fatalf("%s: %v", gbnf, err)
		}
		re := regexp.MustCompile(`(?s)^(?:` + pattern + `)$`)
		for range 60 {
			var b strings.Builder
			for range r.IntN(7) {
				b.WriteRune([]rune(`abcdx"\]éü€😀A`)[r.IntN(13)])
			}
			whole, begins := g.Match(b.String())
			if want := re.MatchString(b.String()); whole != want || whole && !begins {
				t.Fatalf("%s on %q: %v, as a regular expression %v", gbnf, b.String(), whole, want)
			}
			if whole {
				matched++
			}
		}
	}
	if matched < 500 {
		t.Errorf("only %d texts were in their languages", matched)
	}
}

// TestUTF8Ranges has every rune in the sequences of a range if it is in the range.
func TestUTF8Ranges(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		from := rune(r.IntN(utf8.MaxRune + 1))
		to := min(utf8.MaxRune, from+rune(r.IntN(1<<r.IntN(21))))
		list := utf8Ranges(from, to)
		for range 300 {
			x := rune(r.IntN(utf8.MaxRune + 1))
			if r.IntN(2) == 0 {
				x = from + rune(r.IntN(int(to-from)+1))
			}
			if !utf8.ValidRune(x) {
				continue
			}
			text, in := []byte(string(x)), 0
			for _, seq := range list {
				ok := len(seq) == len(text)
				for i := 0; ok && i < len(seq); i++ {
					ok = text[i] >= seq[i].from && text[i] <= seq[i].to
				}
				if ok {
					in++
				}
			}
			if want := x >= from && x <= to; in > 1 || want != (in == 1) {
				t.Fatalf("%U in %U to %U: in %d sequences", x, from, to, in)
			}
		}
	}
}

// TestNested counts brackets, which no regular expression does, over more states than are kept.
func TestNested(t *testing.T) {
	g, err := Parse("# pairs\nroot ::= \"(\" root ws \")\" | # or\n inner\ninner ::= [0-9]*\nws ::= \" \"?\n")
	if err != nil {
		t.Fatal(err)
	}
	const deep = maxStates
	text := strings.Repeat("(", deep) + "12" + strings.Repeat(") ", deep)
	for _, c := range []struct {
		text          string
		whole, begins bool
	}{{"", true, true}, {"((7) )", true, true}, {"((7)", false, true}, {"(7))", false, false}, {text[:len(text)-1], true, true}, {text[:len(text)-3], false, true}, {text + "))", false, false}} {
		if whole, begins := g.Match(c.text); whole != c.whole || begins != c.begins {
			t.Errorf("%d bytes: %v, %v", len(c.text), whole, begins)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", `no rule "root"`}, {"root ::= a", `no rule "a"`}, {"root ::= root \"a\" | \"b\"", "left recursion"}, {"root ::= \"a\" root", "cannot be ended"},
		{"root ::= x* root \"b\" | \"c\"\nx ::= \"\"", "left recursion"}, {"root ::= (\"a\"", "not closed"}, {"root ::= \"a", "not closed"}, {"root ::= [a", "not closed"}, {"root ::= [z-a]", "goes from"},
		{"root ::= []", "no characters"}, {"root ::= \"a\"{3,1}", "repetition"}, {"root ::= \"\\q\"", "no escape"}, {"root = \"a\"", "::="}, {"root ::= \"a\"\nroot ::= \"b\"", "line 2"},
		{"root ::= " + strings.Repeat("(", 1000), "deeper"}, {"root ::= " + strings.Repeat("\"a\"{60000} ", 10), "grows"}, {"root ::= \"a\"{70000}", "repetition"}, {"root ::= \"\xff\"", "UTF-8"},
	} {
		if _, err := Parse(c.text); !errors.Is(err, ErrGrammar) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: %v", c.text, err)
		}
	}
	for _, c := range []struct{ text, want string }{
		{`{`, "schema"}, {`[]`, "schema"}, {`{"type":"thing"}`, "thing"}, {`{"type":"string","pattern":"a"}`, "pattern"}, {`{"properties":{"a":{"minimum":3}}}`, "minimum"},
		{`{"$ref":"http://x"}`, "$ref"}, {`{"$ref":"#/$defs/no"}`, "no rule"}, {`{"enum":[]}`, "no values"}, {`{"type":"array","minItems":3,"maxItems":2}`, "minItems"},
		{`{"properties":{"a":{}},"required":["b"]}`, `"b" is required`}, {`{"$ref":"#"}`, "cannot be ended"}, {strings.Repeat(`{"items":`, 300) + "{}" + strings.Repeat("}", 300), "deeper"},
	} {
		if _, err := Schema([]byte(c.text)); !errors.Is(err, ErrGrammar) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: %v", c.text, err)
		}
	}
}

// vocabulary has the bytes, some pieces of JSON that go over its parts, and an end.
func vocabulary(t *testing.T) *token.Vocabulary {
	t.Helper()
	trainer := token.NewTrainer()
	for range 3 {
		if err := trainer.Add(`{"name": "a", "list": [1, 2, true], "deep": {"x": null, "y": -12.5e3}} ` + "\u00e9\u20ac\U0001F600"); err != nil {
			t.Fatal(err)
		}
	}
	pairs, err := trainer.Vocabulary(330, "<|endoftext|>")
	if err != nil {
		t.Fatal(err)
	}
	tokens := pairs[2].Value.([]string)
	var b bytes.Buffer
	if err := gguf.Write(&b, append(pairs, gguf.Pair{Key: "tokenizer.ggml.eos_token_id", Value: uint32(len(tokens) - 1)}), nil); err != nil {
		t.Fatal(err)
	}
	f, err := gguf.Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	v, err := token.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// write has random tokens of those that may come make a text; near its length the end, or
// what leads to it, is taken where it may be.
func write(t *testing.T, r *rand.Rand, g *Grammar, tokens *Tokens, v *token.Vocabulary, long int) string {
	t.Helper()
	m := g.NewMatcher(tokens)
	var out []byte
	for n := 0; ; n++ {
		allowed := m.Allowed()
		if allowed(v.EOS) && (n > long || m.Done() || r.IntN(4) == 0) {
			return string(out)
		}
		var list []int
		for id := range v.Tokens {
			if allowed(id) && id != v.EOS {
				list = append(list, id)
			}
		}
		if len(list) == 0 || n > 20*long {
			t.Fatalf("after %.200q... %d tokens may come", out, len(list))
		}
		id := list[r.IntN(len(list))]
		if n > long { // quotes and brackets close
			for _, c := range `"}]` {
				if allowed(int(c)) { // its token
					id = int(c)
					break
				}
			}
		}
		m.Take(id)
		out = append(out, v.Bytes(id)...)
	}
}

var schemas = []string{
	`{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"},"tags":{"type":"array","items":{"enum":["a","b\"c",3,null]},"minItems":1,"maxItems":3}},"required":["name","age","tags"],"additionalProperties":false}`,
	`{"type":"object","properties":{"a":{"type":"boolean"},"b":{"type":["number","null"]},"c":{"const":{"k":[1,2]}},"é\"":{"type":"string","minLength":2,"maxLength":4}},"required":["c"],"additionalProperties":false}`,
	`{"$defs":{"tree":{"type":"object","properties":{"value":{"type":"integer"},"children":{"type":"array","items":{"$ref":"#/$defs/tree"},"maxItems":2}},"required":["value"],"additionalProperties":false}},"$ref":"#/$defs/tree"}`,
	`{"anyOf":[{"type":"array","items":{"type":"number"},"minItems":2},{"type":"object","additionalProperties":{"type":"boolean"}},{"type":"null"}]}`,
	`{"type":"object","properties":{"any":{},"some":{"type":"object"}},"required":["some"]}`,
}

// TestSchemas has everything that is written within a grammar of a schema be valid by a
// validator; N at random for each.
func TestSchemas(t *testing.T) {
	v := vocabulary(t)
	tokens := NewTokens(v)
	const each = 400
	for i, text := range schemas {
		g, err := Schema([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource("s.json", doc); err != nil {
			t.Fatal(err)
		}
		valid, err := c.Compile("s.json")
		if err != nil {
			t.Fatal(err)
		}
		r, different := rand.New(rand.NewPCG(uint64(i), 9)), map[string]bool{}
		for range each {
			out := write(t, r, g, tokens, v, 60)
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
			if err == nil {
				err = valid.Validate(value)
			}
			if err != nil {
				t.Fatalf("schema %d wrote %q: %v", i, out, err)
			}
			different[out] = true
		}
		if len(different) < each/4 {
			t.Errorf("schema %d wrote %d different texts of %d", i, len(different), each)
		}
	}
}

// TestMask holds masks, which skip, to trying each token.
func TestMask(t *testing.T) {
	v := vocabulary(t)
	tokens := NewTokens(v)
	r := rand.New(rand.NewPCG(8, 8))
	for _, text := range schemas {
		g, err := Schema([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		m := g.NewMatcher(tokens)
		written := ""
		for range 40 {
			allowed := m.Allowed()
			var list []int
			for id := range v.Tokens {
				_, begins := g.Match(written + string(v.Bytes(id)))
				if id == v.EOS {
					begins, _ = g.Match(written)
				}
				if allowed(id) != begins {
					t.Fatalf("after %q token %q: %v, by trying %v", written, v.Bytes(id), allowed(id), begins)
				}
				if begins && id != v.EOS {
					list = append(list, id)
				}
			}
			if len(list) == 0 {
				break
			}
			id := list[r.IntN(len(list))]
			m.Take(id)
			written += string(v.Bytes(id))
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("root ::= \"a\" | [b-d]+ (x | \"é\")* {2,3}\nx ::= .?")
	f.Add("root ::= root2{3}\nroot2 ::= [^\\x00-\\x1f]")
	f.Fuzz(func(t *testing.T, text string) {
		if g, err := Parse(text); err == nil {
			g.Match("aé\"")
		}
	})
}

func FuzzSchema(f *testing.F) {
	for _, s := range schemas {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if g, err := Schema(text); err == nil {
			g.Match(`{"a": [1, ` + fmt.Sprint(len(text)))
		}
	})
}
