package llmoracle

import (
	"slices"
	"strings"
	"testing"

	"github.com/dlclark/regexp2"

	"pxos/llm/token"
)

// naive encodes as it is published, without a thought of time: it cuts with .NET's regular
// expressions, whose \s has the spaces of Unicode as that of tiktoken and Transformers, and
// looks at all pairs for each merge. It says which of two is right.
type naive struct {
	w        *words
	patterns []*regexp2.Regexp
	names    []string // of tokens that stand for themselves
	asText   bool     // control tokens are text
	ids      map[string]int
	ranks    map[string]int // of BPE, by both parts with a space between
	whole    bool           // a word that is a token is that token
	tied     bool           // the last text had two merges of one rank to choose from
}

func newNaive(w *words, whole bool, patterns ...string) *naive {
	n := &naive{w: w, ids: map[string]int{}, ranks: map[string]int{}, whole: whole}
	for i, t := range w.tokens {
		n.ids[t] = i
		if kind := w.kinds[i]; kind == token.Control || kind == token.UserDefined {
			n.names = append(n.names, t)
		}
	}
	for i, m := range w.merges {
		n.ranks[m] = i
	}
	for _, p := range patterns {
		n.patterns = append(n.patterns, regexp2.MustCompile(p, regexp2.None))
	}
	return n
}

// parts cuts a text at the names of special tokens, which are parts of their own.
func (n *naive) parts(text string) (out []string) {
	from := 0
	for at := 0; at < len(text); {
		longest := ""
		for _, name := range n.names {
			if n.asText && n.w.kinds[n.ids[name]] == token.Control {
				continue
			}
			if len(name) > len(longest) && strings.HasPrefix(text[at:], name) {
				longest = name
			}
		}
		if longest == "" {
			at++
			continue
		}
		if from < at {
			out = append(out, text[from:at])
		}
		out = append(out, longest)
		at += len(longest)
		from = at
	}
	if from < len(text) {
		out = append(out, text[from:])
	}
	return out
}

func (n *naive) encode(t *testing.T, text string) (out []int) {
	t.Helper()
	n.tied = false
	for _, part := range n.parts(text) {
		if id, ok := n.ids[part]; ok && n.w.kinds[id] != token.Normal && n.w.kinds[id] != token.Byte {
			out = append(out, id)
			continue
		}
		if n.w.model != "gpt2" {
			out = append(out, n.pieces(part)...)
			continue
		}
		for _, word := range n.cut(t, part) {
			out = append(out, n.word(word)...)
		}
	}
	return out
}

// cut cuts by one pattern after the other.
func (n *naive) cut(t *testing.T, part string) []string {
	t.Helper()
	out := []string{part}
	for _, p := range n.patterns {
		var next []string
		for _, s := range out {
			m, err := p.FindStringMatch(s)
			for ; m != nil && err == nil; m, err = p.FindNextMatch(m) {
				next = append(next, m.String())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if strings.Join(next, "") != part {
			t.Fatalf("the pattern %v leaves out a part of %q", p, part)
		}
		out = next
	}
	return out
}

// word merges the pair of the lowest rank, the leftmost of these, again and again.
func (n *naive) word(word string) (out []int) {
	var parts []string
	for _, b := range []byte(word) {
		parts = append(parts, n.w.tokens[b])
	}
	if id, ok := n.ids[strings.Join(parts, "")]; ok && n.whole {
		return []int{id}
	}
	for {
		best, least := -1, 0
		for i := range len(parts) - 1 {
			rank, ok := n.ranks[parts[i]+" "+parts[i+1]]
			if !ok {
				continue
			}
			n.tied = n.tied || best >= 0 && rank == least
			if best < 0 || rank < least {
				best, least = i, rank
			}
		}
		if best < 0 {
			break
		}
		parts = slices.Replace(parts, best, best+2, parts[best]+parts[best+1])
	}
	for _, p := range parts {
		out = append(out, n.ids[p])
	}
	return out
}

// pieces joins the pair that makes the piece of the highest score, the leftmost of these.
func (n *naive) pieces(text string) (out []int) {
	var parts []string
	for _, r := range strings.ReplaceAll(text, " ", "▁") {
		parts = append(parts, string(r))
	}
	for {
		best, most := -1, float32(0)
		for i := range len(parts) - 1 {
			id, ok := n.ids[parts[i]+parts[i+1]]
			if ok && n.w.kinds[id] == token.Normal && (best < 0 || n.w.scores[id] > most) {
				best, most = i, n.w.scores[id]
			}
		}
		if best < 0 {
			break
		}
		parts = slices.Replace(parts, best, best+2, parts[best]+parts[best+1])
	}
	for _, p := range parts {
		if id, ok := n.ids[p]; ok {
			out = append(out, id)
			continue
		}
		for _, b := range []byte(p) {
			out = append(out, 3+int(b)) // after the unknown token and two of control
		}
	}
	return out
}

// hasWhole says that a part of a text between special tokens is a token as it is.
func (n *naive) hasWhole(text string) bool {
	return slices.ContainsFunc(n.parts(text), func(part string) bool {
		id, ok := n.ids[strings.ReplaceAll(part, " ", "▁")]
		return ok && (n.w.kinds[id] == token.Normal || n.w.kinds[id] == token.Byte)
	})
}
