package serve

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"pxos/llm/chat"
	"pxos/llm/gguf"
)

func TestMain(m *testing.M) {
	chat.Child()
	os.Exit(m.Run())
}

const brackets = "{% for m in messages %}[{{ m.role }}: {{ m.content }}]{% endfor %}{% if add_generation_prompt %}[assistant: {% endif %}"

// chatServer serves a model that has a template.
func chatServer(t *testing.T, template string) (openai.Client, func(prompt string, n int) string) {
	t.Helper()
	var more []gguf.Pair
	if template != "" {
		more = append(more, gguf.Pair{Key: "tokenizer.chat_template", Value: template})
	}
	s, v, m := served(t, Options{Slots: 3, Waiting: 50, Context: 256}, more...)
	return clientOf(t, NewServer(s, v, "tiny", "", time.Now, rand.Text)), func(prompt string, n int) string { return alone(t, m, v, v.Encode(prompt, true), n) }
}

func clientOf(t *testing.T, server *Server) openai.Client {
	t.Helper()
	web := httptest.NewServer(server)
	t.Cleanup(func() { web.Close(); server.Close() })
	return openai.NewClient(option.WithBaseURL(web.URL+"/v1"), option.WithAPIKey("none"), option.WithMaxRetries(0))
}

// TestChat has openai-go speak to the server, whole answers and streams, from many clients:
// what comes is what the model adds to the conversation as its template writes it.
func TestChat(t *testing.T) {
	client, alone := chatServer(t, brackets)
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			say := fmt.Sprintf("number %d", i)
			q := openai.ChatCompletionNewParams{Model: "tiny", MaxCompletionTokens: openai.Int(12), Temperature: openai.Float(0),
				Messages: []openai.ChatCompletionMessageParamUnion{openai.SystemMessage("be kind"), openai.UserMessage(say)}}
			prompt := "[system: be kind][user: " + say + "][assistant: "
			want := string([]rune(alone(prompt, 12))) // JSON has no bytes that are no text
			if i%2 == 0 {
				c, err := client.Chat.Completions.New(context.Background(), q)
				if err != nil || len(c.Choices) != 1 || c.Choices[0].Message.Content != want || c.Choices[0].Message.Role != "assistant" ||
					c.Choices[0].FinishReason != "length" || c.Usage.PromptTokens != int64(len(prompt)) || c.Usage.CompletionTokens != 12 {
					t.Errorf("%d: %s, %v; want %q", i, c.RawJSON(), err, want)
				}
				return
			}
			q.StreamOptions.IncludeUsage = openai.Bool(true)
			stream := client.Chat.Completions.NewStreaming(context.Background(), q)
			var sum openai.ChatCompletionAccumulator
			for stream.Next() {
				if !sum.AddChunk(stream.Current()) {
					t.Errorf("%d: a part does not go with the others", i)
				}
			}
			if stream.Err() != nil || len(sum.Choices) != 1 || sum.Choices[0].Message.Content != want || sum.Choices[0].FinishReason != "length" || sum.Usage.CompletionTokens != 12 {
				t.Errorf("%d: %+v, %v; want %q", i, sum.Choices[0].Message.Content, stream.Err(), want)
			}
		})
	}
	all.Wait()
}

// TestChatRefused says what is wrong with conversations.
func TestChatRefused(t *testing.T) {
	with, _ := chatServer(t, "{% if messages[0].role == 'system' %}{{ raise_exception('no system messages') }}{% endif %}{{ messages[0].content }}")
	without, _ := chatServer(t, "")
	loop, _ := chatServer(t, "{% for i in range(2000000000) %}{% endfor %}")
	user := []openai.ChatCompletionMessageParamUnion{openai.UserMessage("x")}
	for _, c := range []struct {
		client openai.Client
		q      openai.ChatCompletionNewParams
		want   string
	}{
		{without, openai.ChatCompletionNewParams{Messages: user}, "no chat template"},
		{with, openai.ChatCompletionNewParams{}, "no messages"},
		{with, openai.ChatCompletionNewParams{Messages: []openai.ChatCompletionMessageParamUnion{openai.SystemMessage("x")}}, "no system messages"},
		{with, openai.ChatCompletionNewParams{Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("")}}, "makes nothing"},
		{with, openai.ChatCompletionNewParams{Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(strings.Repeat("long ", 100))}}, "500"},
		{with, openai.ChatCompletionNewParams{Messages: user, Temperature: openai.Float(-1)}, "temperature"},
		{with, openai.ChatCompletionNewParams{Messages: user, N: openai.Int(30)}, "n is 30"},
		{with, openai.ChatCompletionNewParams{Messages: user, Logprobs: openai.Bool(true), TopLogprobs: openai.Int(21)}, "from 0 to 20"},
		{with, openai.ChatCompletionNewParams{Messages: user, ToolChoice: openai.ChatCompletionToolChoiceOptionUnionParam{OfAuto: openai.String("required")}}, "not among the tools"},
		{with, openai.ChatCompletionNewParams{Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage([]openai.ChatCompletionContentPartUnionParam{
			openai.ImageContentPart(openai.ChatCompletionContentPartImageImageURLParam{URL: "http://127.0.0.1/x"})})}}, "text alone"},
		{loop, openai.ChatCompletionNewParams{Messages: user}, "took more"},
	} {
		c.q.Model = "tiny"
		_, err := c.client.Chat.Completions.New(context.Background(), c.q)
		if api, ok := err.(*openai.Error); !ok || api.StatusCode != http.StatusBadRequest || !strings.Contains(api.Message, c.want) { //nolint:errorlint // the client's own
			t.Errorf("%q: %v", c.want, err)
		}
	}
}

// TestAnswersAndLogprobs asks for several answers, whole and streamed, with log-probabilities:
// each answer is that of its seed, its tokens make its text, and a chosen token that is the
// likeliest is the first of the top.
func TestAnswersAndLogprobs(t *testing.T) {
	client, _ := chatServer(t, brackets)
	ask := func(n, seed int64) openai.ChatCompletionNewParams {
		return openai.ChatCompletionNewParams{Model: "tiny", MaxTokens: openai.Int(8), Temperature: openai.Float(0.8), N: openai.Int(n), Seed: openai.Int(seed),
			Logprobs: openai.Bool(true), TopLogprobs: openai.Int(3), Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("x")}}
	}
	three, err := client.Chat.Completions.New(t.Context(), ask(3, 5))
	if err != nil || len(three.Choices) != 3 || three.Usage.CompletionTokens != 24 {
		t.Fatalf("%v, %v", three, err)
	}
	for i, c := range three.Choices {
		one, err := client.Chat.Completions.New(t.Context(), ask(1, 5+int64(i)))
		if err != nil || one.Choices[0].Message.Content != c.Message.Content || c.Index != int64(i) {
			t.Errorf("answer %d: %q, alone %q, %v", i, c.Message.Content, one.Choices[0].Message.Content, err)
		}
		var text []byte
		for _, p := range c.Logprobs.Content {
			for _, b := range p.Bytes {
				text = append(text, byte(b))
			}
			if len(p.TopLogprobs) != 3 || p.Logprob > p.TopLogprobs[0].Logprob || p.TopLogprobs[0].Logprob < p.TopLogprobs[1].Logprob || p.TopLogprobs[0].Logprob > 0 {
				t.Errorf("answer %d: %+v", i, p.RawJSON())
			}
		}
		if string([]rune(string(text))) != c.Message.Content || len(c.Logprobs.Content) != 8 {
			t.Errorf("answer %d: tokens make %q, the text is %q", i, text, c.Message.Content)
		}
	}
	stream := client.Chat.Completions.NewStreaming(t.Context(), ask(3, 5))
	texts, probs := make([]string, 3), make([]int, 3)
	for stream.Next() {
		for _, c := range stream.Current().Choices {
			texts[c.Index] += c.Delta.Content
			probs[c.Index] += len(c.Logprobs.Content)
		}
	}
	for i, c := range three.Choices {
		if texts[i] != c.Message.Content || probs[i] != 8 {
			t.Errorf("answer %d streamed: %q with %d probabilities, whole %q; %v", i, texts[i], probs[i], c.Message.Content, stream.Err())
		}
	}
	text, err := client.Completions.New(t.Context(), openai.CompletionNewParams{Model: "tiny", Prompt: openai.CompletionNewParamsPromptUnion{OfString: openai.String("x")},
		MaxTokens: openai.Int(5), Temperature: openai.Float(0), Logprobs: openai.Int(2), N: openai.Int(2)})
	if err != nil || len(text.Choices) != 2 || text.Choices[0].Text != text.Choices[1].Text || len(text.Choices[1].Logprobs.TokenLogprobs) != 5 || len(text.Choices[0].Logprobs.TopLogprobs[0]) != 2 {
		t.Errorf("completions: %v, %v", text, err)
	}
}
