package serve

import (
	"context"
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
	server := NewServer(s, v, "tiny", "", time.Now, func() string { return "1" })
	web := httptest.NewServer(server)
	t.Cleanup(func() { web.Close(); server.Close() })
	return openai.NewClient(option.WithBaseURL(web.URL+"/v1"), option.WithAPIKey("none"), option.WithMaxRetries(0)),
		func(prompt string, n int) string { return alone(t, m, v, v.Encode(prompt, true), n) }
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
		{with, openai.ChatCompletionNewParams{Messages: user, N: openai.Int(3)}, "n is 3"},
		{with, openai.ChatCompletionNewParams{Messages: user, Logprobs: openai.Bool(true)}, "logprobs"},
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
