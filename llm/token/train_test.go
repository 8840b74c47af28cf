package token

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pxos/llm/gguf"
)

// trainedOn is a vocabulary made of texts.
func trainedOn(t *testing.T, size int, texts ...string) *Vocabulary {
	t.Helper()
	trainer := NewTrainer()
	for _, s := range texts {
		if err := trainer.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	pairs, err := trainer.Vocabulary(size, "<|endoftext|>")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := gguf.Write(&b, pairs, nil); err != nil {
		t.Fatal(err)
	}
	f, err := gguf.Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	v, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// slowTrain merges by counting everything anew each time.
func slowTrain(words map[string]int, merges int) (tokens []string) {
	split := map[string][]string{}
	var order []string
	for w := range words {
		for i := range len(w) {
			split[w] = append(split[w], w[i:i+1])
		}
	}
	for i := range 256 {
		order = append(order, string([]byte{byte(i)}))
	}
	age := func(s string) int { return slices.Index(order, s) }
	for len(tokens) < merges {
		counts := map[[2]string]int{}
		for w, parts := range split {
			for i := range len(parts) - 1 {
				counts[[2]string{parts[i], parts[i+1]}] += words[w]
			}
		}
		var best [2]string
		for p, n := range counts {
			older := age(p[0]) < age(best[0]) || age(p[0]) == age(best[0]) && age(p[1]) < age(best[1])
			if n > 1 && (n > counts[best] || n == counts[best] && older) {
				best = p
			}
		}
		if counts[best] < 2 {
			break
		}
		if !slices.Contains(order, best[0]+best[1]) {
			order, tokens = append(order, best[0]+best[1]), append(tokens, best[0]+best[1])
		}
		for w, parts := range split {
			var next []string
			for i := 0; i < len(parts); i++ {
				if i+1 < len(parts) && parts[i] == best[0] && parts[i+1] == best[1] {
					next = append(next, best[0]+best[1])
					i++
				} else {
					next = append(next, parts[i])
				}
			}
			split[w] = next
		}
	}
	return tokens
}

// TestTrainer holds the merges to those of the slow way, on random texts, whose words the
// vocabulary then writes with the tokens that the training came to.
func TestTrainer(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		var b strings.Builder
		for range 300 {
			b.WriteByte(" abcde\n\t.("[r.IntN(10)])
		}
		text := b.String()
		trainer := NewTrainer()
		if err := trainer.Add(text); err != nil {
			t.Fatal(err)
		}
		const merged = 40
		want := slowTrain(trainer.words, merged)
		v := trainedOn(t, 256+merged+1, text)
		if len(v.Tokens) != 256+len(want)+1 {
			t.Fatalf("seed %d: %d tokens, the slow way %d", seed, len(v.Tokens), 257+len(want))
		}
		for i, s := range want {
			if got := string(v.Bytes(256 + i)); got != s {
				t.Fatalf("seed %d: token %d is %q, the slow way has %q", seed, 256+i, got, s)
			}
		}
		e := v.NewEncoder()
		for range 2 {
			if ids := e.Encode(text); !slices.Equal(ids, v.Encode(text, false)) || v.Decode(ids) != text {
				t.Fatalf("seed %d: an encoder that remembers says otherwise", seed)
			}
		}
	}
}

func TestTrainerRefuses(t *testing.T) {
	trainer := NewTrainer()
	if _, err := trainer.Vocabulary(1000); err == nil {
		t.Error("no texts were enough")
	}
	if err := trainer.Add("some text"); err != nil {
		t.Fatal(err)
	}
	if _, err := trainer.Vocabulary(256, "<s>"); err == nil {
		t.Error("257 tokens fitted into 256")
	}
}
