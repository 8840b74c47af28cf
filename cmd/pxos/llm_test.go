package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pxos/llm/chat"
	"pxos/llm/gguf"
	"pxos/llm/model"
	"pxos/llm/quant"
	"pxos/llm/token"
)

func TestMain(m *testing.M) {
	chat.Child()
	os.Exit(m.Run())
}

// randomModel is a file with a model of random weights whose tokens are bytes.
func randomModel(t *testing.T, more ...gguf.Pair) string {
	t.Helper()
	pairs, tensors, err := model.Random(model.Shape{Architecture: "llama", Layers: 2, Width: 64, FeedForward: 128, Heads: 4, KV: 2, Head: 16, Vocabulary: 256, Context: 100,
		Extra: append(token.ByteVocabulary(), more...)}, quant.F32, 1)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "random.gguf")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := gguf.Write(file, pairs, tensors); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLLM looks at a model, makes one of another type of it, and lets both go on.
func TestLLM(t *testing.T) {
	path := randomModel(t)
	small := filepath.Join(t.TempDir(), "small.gguf")
	out, err := command(t, "llm", "quantize", path, small, "--type", "Q8_0")
	if err != nil || !strings.Contains(out, "Q8_0") {
		t.Fatalf("quantize: %q, %v", out, err)
	}
	if out, err = command(t, "llm", "info", small, "--check"); err != nil || !strings.Contains(out, "random llama (llama), 2 layers") || !strings.Contains(out, "16 Q8_0") {
		t.Errorf("info: %q, %v", out, err)
	}
	var texts []string
	for _, args := range [][]string{{path, "--threads", "1"}, {path, "--threads", "3"}, {small}, {small, "--gpu", "soft"}, {path, "--cache", "Q8_0"}, {path, "--temperature", "1", "--seed", "5"}} {
		out, err := command(t, append([]string{"llm", "run", "-p", "hello", "-n", "20"}, args...)...)
		if err != nil {
			t.Errorf("run %v: %v", args, err)
		}
		texts = append(texts, out)
	}
	if texts[0] != texts[1] || texts[2] != texts[3] || texts[0] == texts[5] {
		t.Errorf("threads or shaders change the text, or the temperature does not: %q", texts)
	}
	if out, err = command(t, "llm", "run", path, "-p", "hello", "-n", "20", "--stats"); err != nil || !strings.Contains(out, "prompt: 5 tokens") || !strings.Contains(out, "answer: 20 tokens") {
		t.Errorf("stats: %q, %v", out, err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"llm", "run", path, "-p", strings.Repeat("long ", 30)}, "the prompt has 150 tokens, the context 100"},
		{[]string{"llm", "run", path}, "the prompt is empty"},
		{[]string{"llm", "run", path, "-p", "x", "--cache", "Q2"}, "no cache of type \"Q2\"; there are F16, Q8_0, F32"},
		{[]string{"llm", "run", path, "-p", "x", "--gpu", "soft", "--cache", "F32"}, "--cache F32 does not go with --gpu"},
		{[]string{"llm", "run", path, "-p", "x", "--inside", "--lookup", "4"}, "do not go with --inside"},
		{[]string{"llm", "run", path, "-p", "x", "--gpu", "cuda"}, "there is no backend \"cuda\""},
		{[]string{"llm", "run", path, "-p", "x", "--top-p", "3"}, "top_p 3"},
		{[]string{"llm", "info", "llm_test.go"}, "not with GGUF"},
		{[]string{"llm", "quantize", path, small, "--type", "Q9"}, `there is no type of weights "Q9"`},
	} {
		if _, err := command(t, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c.args, err)
		}
	}
}

// TestChat talks to a model: each turn is what it adds to the conversation as a whole, what
// is too long is told, and commands do what they say.
func TestChat(t *testing.T) {
	path := randomModel(t, gguf.Pair{Key: "tokenizer.chat_template", Value: "{% for m in messages %}{{ m.role[0] }}:{{ m.content }};{% endfor %}a:"})
	talk := func(text string) string {
		t.Helper()
		out, err := commandWith(t, strings.NewReader(text), "llm", "run", path, "--chat", "-n", "4")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	say := func(prompt string) string {
		t.Helper()
		out, err := command(t, "llm", "run", path, "-p", prompt, "-n", "4")
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSuffix(out, "\n")
	}
	first := say("u:hi;a:")
	second := say("u:hi;a:" + string([]rune(strings.TrimSpace(first))) + ";u:yes;a:")
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"hi\nyes\n", []string{first, second}},
		{"no\n/new\nhi\n", []string{first}},
		{"/system be kind\nhi\n", []string{say("s:be kind;u:hi;a:")}},
		{strings.Repeat("long ", 30) + "\nhi\n", []string{"the conversation has 154 tokens, the context 100", first}},
		{"/what\n/quit\nhi\n", []string{chatHelp}},
	} {
		out := talk(c.in)
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%q: %q lacks %q", c.in, out, want)
			}
		}
	}
	if _, err := command(t, "llm", "run", randomModel(t), "--chat"); err == nil || !strings.Contains(err.Error(), "no chat template") {
		t.Errorf("without a template: %v", err)
	}
}
