package convert

import (
	"encoding/json"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"pxos/llm/quant"
	"pxos/llm/token"
)

// mergedFile is tokenizer.json with the pieces of a test, which has merges in place of their
// scores.
func mergedFile(change func(file, model map[string]any)) map[string]any {
	vocabulary, own := map[string]int{}, []any{}
	for i, p := range pieces() {
		vocabulary[p.text] = i
		if p.kind == token.UserDefined || p.kind == token.Control || p.kind == token.Unknown {
			own = append(own, map[string]any{"id": i, "content": p.text, "special": p.text != blank+blank})
		}
	}
	model := map[string]any{"type": "BPE", "byte_fallback": true, "unk_token": "<unk>", "vocab": vocabulary,
		"merges": []string{"h e", "l l", blank + " " + blank, "he ll", "hell o", blank + " hello"}}
	file := map[string]any{"pre_tokenizer": nil, "added_tokens": own, "model": model,
		"normalizer": json.RawMessage(`{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}`)}
	if change != nil {
		change(file, model)
	}
	return file
}

// TestMerged holds a vocabulary of merges to the same of scores.
func TestMerged(t *testing.T) {
	const metaspace = `{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}`
	const replace = `{"type":"Replace","pattern":{"String":" "},"content":"▁"}`
	for name, c := range map[string]struct {
		normalizer, pre string
		before          bool
	}{
		"as of Llama": {"", "", true}, "by Metaspace": {"null", metaspace, true},
		"as of Gemma": {replace, `{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious"}`, false},
	} {
		scores := pieceNormalizer
		if !c.before {
			scores = map[protowire.Number]uint64{normalizerExtra: 0, normalizerPrefix: 0}
		}
		folder := pieceFolder(t, sentencePiece(pieces(), pieceTrainer, scores))
		put(t, folder, tokenizerFile, mergedFile(nil))
		_, want, _ := convertTo(t, folder)
		without(piecesFile)(t, folder)
		put(t, folder, tokenizerFile, mergedFile(func(file, _ map[string]any) {
			if c.normalizer != "" {
				file["normalizer"], file["pre_tokenizer"] = json.RawMessage(c.normalizer), json.RawMessage(c.pre)
			}
		}))
		_, got, _ := convertTo(t, folder)
		if !slices.Equal(got.Tokens, want.Tokens) || !slices.Equal(got.Kinds, want.Kinds) || got.BOS != want.BOS || got.AddBOS != want.AddBOS {
			t.Errorf("%s: tokens are %q of kinds %v, want %q, %v", name, got.Tokens, got.Kinds, want.Tokens, want.Kinds)
		}
		for _, text := range []string{roundTrip, "hello", " hello   hell", "heллo<turn>hello", "    "} {
			for _, special := range []bool{true, false} {
				if ids := got.Encode(text, special); !slices.Equal(ids, want.Encode(text, special)) || !special && got.Decode(ids) != text {
					t.Errorf("%s, %q: %v, want %v; back %q", name, text, ids, want.Encode(text, special), got.Decode(ids))
				}
			}
		}
	}
}

func TestRefusedMerges(t *testing.T) {
	merged := func(change func(file, model map[string]any)) func(testing.TB, string) {
		return file(tokenizerFile, mergedFile(change))
	}
	merges := func(list ...string) func(testing.TB, string) {
		return merged(func(_, m map[string]any) { m["merges"] = list })
	}
	refused(t, quant.F16, map[string]refusal{
		"no bytes":       {"", merged(func(_, m map[string]any) { m["byte_fallback"] = false }), "neither byte-level BPE nor pieces with byte_fallback; what to do: fetch tokenizer.model"},
		"unigrams":       {"", merged(func(_, m map[string]any) { m["type"], m["merges"] = "Unigram", nil }), "neither byte-level BPE"},
		"no blanks":      {"", merged(func(f, _ map[string]any) { f["normalizer"] = nil }), "neither byte-level BPE"},
		"words":          {"", merged(func(f, _ map[string]any) { f["pre_tokenizer"] = map[string]any{"type": "Whitespace"} }), "Whitespace does what is not done to pieces"},
		"a list":         {"", merged(func(_, m map[string]any) { m["vocab"] = []any{} }), "model.vocab: json"},
		"no text":        {"", merged(func(_, m map[string]any) { m["vocab"] = map[string]int{"": 3} }), "the token 3 has no text"},
		"a merge of one": {"", merges("he"), `merge 0 is ["he"]`},
		"no such token":  {"", merges("h o"), `merge 0 makes "ho", which is no token`},
		"two places":     {"", merges("h e", "l l", "he ll", "hell o", blank+" hello", "h e"), `merge 5 makes "he", which is no token or comes in two places`},
		"a missing one":  {"", merges("h e", "l l", "hell o", blank+" hello"), `no merge makes "hell" of "he" and "ll"`},
	})
}
