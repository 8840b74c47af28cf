package convert

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"pxos/llm/gguf"
	"pxos/llm/quant"
	"pxos/llm/token"
)

// convertTo converts a folder to 32 bits and reads its vocabulary.
func convertTo(t testing.TB, folder string) (*gguf.File, *token.Vocabulary, Result) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.gguf")
	r, err := Folder(t.Context(), folder, out, quant.F32, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, out)
	v, err := token.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return f, v, r
}

// names are the tokens of a text, with strokes between.
func names(v *token.Vocabulary, text string, special bool) string {
	var list []string
	for _, id := range v.Encode(text, special) {
		list = append(list, v.Tokens[id])
	}
	return strings.Join(list, "|")
}

const roundTrip = "hello  world, 12345 it's\n\n\tüber 世界 \U0001F600 <|end|> "

// TestPatterns recognises how texts are cut into words.
func TestPatterns(t *testing.T) {
	k := makers["qwen3"]
	folder, _ := k.make(t, 1)
	for pre, want := range map[string]string{
		"gpt-2": "hello|Ġworld|Ġ|123|4|!", "smollm": "hello|Ġworld|Ġ|1|2|3|4|!", "llama-bpe": "hello|Ġworld|Ġ|123|4|!", "qwen2": "hello|Ġworld|Ġ|1|2|3|4|!",
	} {
		put(t, folder, tokenizerFile, byteTokenizer(pre, nil))
		f, v, _ := convertTo(t, folder)
		if got, _ := f.String("tokenizer.ggml.pre"); got != pre {
			t.Errorf("%s is taken for %s", pre, got)
		}
		if got := names(v, "hello world 1234!", false); got != want {
			t.Errorf("%s: %s, want %s", pre, got, want)
		}
		for _, special := range []bool{true, false} {
			ids := v.Encode(roundTrip, special)
			if back := v.Decode(ids); !special && back != roundTrip {
				t.Errorf("%s: %q", pre, back)
			}
			if slices.Contains(ids, v.ID("<|end|>")) != special {
				t.Errorf("%s: special %v is not heeded", pre, special)
			}
		}
	}
}

// TestTokens looks at kinds, the rows that are no tokens, and the tokens that are named.
func TestTokens(t *testing.T) {
	k := makers["qwen3"]
	folder, _ := k.make(t, 1)
	pairs := make([][2]string, len(testMerges))
	for i, m := range testMerges {
		pairs[i][0], pairs[i][1], _ = strings.Cut(m, " ")
	}
	n := 256 + len(testMerges)
	put(t, folder, tokenizerFile, byteTokenizer("qwen2", func(file, model map[string]any) {
		model["merges"] = pairs
		file["added_tokens"] = append(file["added_tokens"].([]any), map[string]any{"id": testRows, "content": "<image>", "special": true})
		file["post_processor"] = json.RawMessage(`{"type":"Sequence","processors":[{"type":"ByteLevel"},{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<|fim|>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}]}]}`)
	}))
	put(t, folder, settingsFile, map[string]any{"bos_token": map[string]any{"content": "<|fim|>"}, "eos_token": "<|end|>", "pad_token": nil,
		"chat_template":        []any{map[string]any{"name": "tools", "template": "no"}, map[string]any{"name": "default", "template": "{{ messages }}"}},
		"added_tokens_decoder": map[string]any{fmt.Sprint(n): map[string]any{"content": "<|end|>", "special": true}, fmt.Sprint(n + 5): map[string]any{"content": "<late>", "special": true}}})
	put(t, folder, generationFile, map[string]any{"eos_token_id": []int{n, n + 2, 7, 8}})
	f, v, r := convertTo(t, folder)
	for id, want := range map[int]struct {
		text string
		kind int64
	}{0: {byteTokens()[0], token.Normal}, n - 1: {"123", token.Normal}, n: {"<|end|>", token.Control}, n + 1: {"<tool> x", token.UserDefined}, n + 2: {"<|fim|>", token.Control},
		n + 3: {fmt.Sprintf("[PAD%d]", n+3), token.Unused}, n + 5: {"<late>", token.Control}, testRows - 1: {fmt.Sprintf("[PAD%d]", testRows-1), token.Unused}} {
		if v.Tokens[id] != want.text || v.Kinds[id] != want.kind {
			t.Errorf("token %d is %q of the kind %d, want %+v", id, v.Tokens[id], v.Kinds[id], want)
		}
	}
	if len(v.Tokens) != testRows || v.BOS != n+2 || v.EOS != n || !v.AddBOS || v.AddEOS || v.Template != "{{ messages }}" || !slices.Equal(r.Beyond, []string{"<image>"}) {
		t.Errorf("%d tokens, from %d (%v) to %d (%v), template %q, left out %q", len(v.Tokens), v.BOS, v.AddBOS, v.EOS, v.AddEOS, v.Template, r.Beyond)
	}
	for id, want := range map[int]bool{n: true, n + 2: true, 7: true, 8: false} {
		if v.Ends(id) != want {
			t.Errorf("token %d ends an answer: %v", id, !want)
		}
	}
	if got := names(v, "hello<tool> x<|end|>", true); got != "<|fim|>|hello|<tool> x|<|end|>" {
		t.Errorf("a text is %s", got)
	}
	if s, err := f.Strings("tokenizer.ggml.merges"); err != nil || !slices.Equal(s, testMerges) {
		t.Errorf("merges are %q, %v", s, err)
	}
	put(t, folder, templateFile, []byte("of a file"))
	put(t, folder, settingsFile, map[string]any{"add_bos_token": false, "bos_token": "<|fim|>", "chat_template": "of the settings"})
	if _, v, _ = convertTo(t, folder); v.AddBOS || v.Template != "of a file" || v.EOS != 5 {
		t.Errorf("texts begin with a token: %v; the template is %q, the end %d", v.AddBOS, v.Template, v.EOS)
	}
}

// piece is one of a SentencePiece file.
type piece struct {
	text  string
	score float32
	kind  uint64
}

// sentencePiece writes a file; change may set fields of the trainer and the normalizer.
func sentencePiece(list []piece, trainer, normalizer map[protowire.Number]uint64) []byte {
	message := func(b []byte, field protowire.Number, inner []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), inner)
	}
	var out []byte
	for _, p := range list {
		one := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), p.text)
		one = protowire.AppendFixed32(protowire.AppendTag(one, 2, protowire.Fixed32Type), math.Float32bits(p.score))
		if p.kind != token.Normal {
			one = protowire.AppendVarint(protowire.AppendTag(one, 3, protowire.VarintType), p.kind)
		}
		out = message(out, 1, one)
	}
	for field, values := range map[protowire.Number]map[protowire.Number]uint64{2: trainer, 3: normalizer} {
		inner := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), "identity")
		for number, v := range values {
			inner = protowire.AppendVarint(protowire.AppendTag(inner, number, protowire.VarintType), v)
		}
		out = message(out, field, inner)
	}
	return protowire.AppendFixed64(protowire.AppendTag(out, 9, protowire.Fixed64Type), 1) // which nobody knows
}

// pieces are those of a small SentencePiece vocabulary.
func pieces() []piece {
	list := []piece{{"<unk>", 0, token.Unknown}, {"<s>", 0, token.Control}, {"</s>", 0, token.Control}, {"<turn>", 0, token.UserDefined}, {blank + blank, 0, token.UserDefined}}
	for b := range 256 {
		list = append(list, piece{fmt.Sprintf("<0x%02X>", b), 0, token.Byte})
	}
	for i, s := range []string{"he", "ll", "hell", "hello", blank + "hello", blank, "h", "e", "l", "o"} {
		list = append(list, piece{s, -float32(i) - 1, token.Normal})
	}
	return list
}

// pieceTrainer and pieceNormalizer are as Llama has them, but for the space before.
var (
	pieceTrainer    = map[protowire.Number]uint64{trainerKind: byPairs}
	pieceNormalizer = map[protowire.Number]uint64{normalizerExtra: 0}
)

// pieceFolder is a folder with a SentencePiece vocabulary.
func pieceFolder(t testing.TB, data []byte) string {
	t.Helper()
	k := makers["llama"]
	folder, _ := k.make(t, 1)
	put(t, folder, piecesFile, data)
	put(t, folder, tokenizerFile, map[string]any{"pre_tokenizer": nil, "model": map[string]any{"type": "BPE", "byte_fallback": true, "vocab": map[string]int{"a": 0}, "merges": []string{}},
		"added_tokens": []any{map[string]any{"id": 0, "content": "<unk>", "special": true}, map[string]any{"id": 1, "content": "<s>", "special": true}, map[string]any{"id": 3, "content": "<turn>", "special": true},
			map[string]any{"id": 4, "content": blank + blank, "special": false}, map[string]any{"id": 271, "content": "<new" + blank + "one>", "special": false}}})
	put(t, folder, settingsFile, map[string]any{"bos_token": "<s>", "eos_token": "</s>"})
	return folder
}

func TestPieces(t *testing.T) {
	folder := pieceFolder(t, sentencePiece(pieces(), pieceTrainer, pieceNormalizer))
	f, v, _ := convertTo(t, folder)
	for id, want := range map[int]struct {
		text string
		kind int64
	}{0: {"<unk>", token.Unknown}, 1: {"<s>", token.Control}, 3: {"<turn>", token.Control}, 4: {blank + blank, token.Normal}, 5: {"<0x00>", token.Byte}, 264: {"hello", token.Normal},
		271: {"<new one>", token.UserDefined}, 272: {"[PAD272]", token.Unused}} {
		if v.Tokens[id] != want.text || v.Kinds[id] != want.kind {
			t.Errorf("token %d is %q of the kind %d, want %+v", id, v.Tokens[id], v.Kinds[id], want)
		}
	}
	if scores, err := f.Floats("tokenizer.ggml.scores"); err != nil || scores[4] != 0 || scores[264] != -4 || scores[271] != addedScore || scores[272] != paddedScore {
		t.Errorf("scores are %v, %v", scores[260:273], err)
	}
	if v.BOS != 1 || v.EOS != 2 || v.UNK != 0 || !v.AddBOS || v.AddEOS {
		t.Errorf("from %d (%v) to %d (%v), unknown %d", v.BOS, v.AddBOS, v.EOS, v.AddEOS, v.UNK)
	}
	for text, want := range map[string]string{"hello": "<s>|▁hello", "hello   hello": "<s>|▁hello|▁▁|▁hello", "é": "<s>|▁|<0xC3>|<0xA9>"} {
		if got := names(v, text, false); got != want || v.Decode(v.Encode(text, false)) != text {
			t.Errorf("%q is %s, want %s; back %q", text, got, want, v.Decode(v.Encode(text, false)))
		}
	}
	if got := names(v, "hello<turn>hello<new one>", true); got != "<s>|▁hello|<turn>|▁hello|<new one>" {
		t.Errorf("special tokens: %s", got)
	}
	if back := v.Decode(v.Encode(roundTrip, false)); back != roundTrip {
		t.Errorf("back comes %q", back)
	}
	// As Gemma has it: no space before; and without tokenizer.json.
	put(t, folder, piecesFile, sentencePiece(pieces(), pieceTrainer, map[protowire.Number]uint64{normalizerExtra: 0, normalizerPrefix: 0}))
	if err := os.Remove(filepath.Join(folder, tokenizerFile)); err != nil {
		t.Fatal(err)
	}
	put(t, folder, addedFile, map[string]int{"<more>": 271})
	_, v, _ = convertTo(t, folder)
	if got := names(v, "hello<more>", true); got != "<s>|hello|<more>" || v.Decode(v.Encode(roundTrip, false)) != roundTrip {
		t.Errorf("without a space before: %s", got)
	}
}
