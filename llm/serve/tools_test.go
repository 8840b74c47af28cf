package serve

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/shared"
)

func weather(name string) openai.ChatCompletionToolUnionParam {
	return openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{Name: name, Description: openai.String("of a town"), Parameters: shared.FunctionParameters{
		"type": "object", "properties": map[string]any{"town": map[string]any{"type": "string", "maxLength": 9}, "days": map[string]any{"type": "integer"}}, "required": []string{"town", "days"}, "additionalProperties": false}})
}

// TestTools has a model of random weights call functions that it must call, whole and
// streamed: names and arguments are what the tools say.
func TestTools(t *testing.T) {
	client, _ := chatServer(t, "{% for x in tools %}{{ x.function.name }};{% endfor %}"+brackets)
	for seed := range int64(12) {
		q := openai.ChatCompletionNewParams{Model: "tiny", MaxTokens: openai.Int(150), Temperature: openai.Float(1), Seed: openai.Int(seed),
			Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("x")}, Tools: []openai.ChatCompletionToolUnionParam{weather("one"), weather("other")},
			ToolChoice: openai.ChatCompletionToolChoiceOptionUnionParam{OfAuto: openai.String("required")}}
		if seed%2 == 1 {
			q.ToolChoice = openai.ToolChoiceOptionFunctionToolChoice(openai.ChatCompletionNamedToolChoiceFunctionParam{Name: "other"})
		}
		c, err := client.Chat.Completions.New(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		calls := c.Choices[0].Message.ToolCalls
		var arguments struct {
			Town *string `json:"town"`
			Days *int    `json:"days"`
		}
		if len(calls) != 1 || c.Choices[0].FinishReason != "tool_calls" || calls[0].Function.Name == "one" && seed%2 == 1 || calls[0].ID == "" ||
			json.Unmarshal([]byte(calls[0].Function.Arguments), &arguments) != nil || arguments.Town == nil || arguments.Days == nil {
			t.Errorf("seed %d: %s", seed, c.RawJSON())
			continue
		}
		stream, sum := client.Chat.Completions.NewStreaming(t.Context(), q), openai.ChatCompletionAccumulator{}
		for stream.Next() {
			sum.AddChunk(stream.Current())
		}
		if stream.Err() != nil || len(sum.Choices) != 1 || len(sum.Choices[0].Message.ToolCalls) != 1 || sum.Choices[0].Message.ToolCalls[0].Function.Arguments != calls[0].Function.Arguments || sum.Choices[0].FinishReason != "tool_calls" {
			t.Errorf("seed %d streamed: %+v, %v", seed, sum.Choices, stream.Err())
		}
	}
}

// TestCalls reads calls between marks, and leaves what is none.
func TestCalls(t *testing.T) {
	x := &Server{ids: func() string { return "7" }}
	with := &chatRequest{Tools: make([]tool, 1)}
	for _, c := range []struct {
		text, rest, calls string
	}{
		{"hello", "hello", ""},
		{"<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1, \"<\"]}}\n</tool_call>", "", `f {"a":[1,"<"]};`},
		{"I look.\n<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>\n<tool_call>{\"name\":\"g\",\"arguments\":{}}</tool_call>", "I look.", "f {};g {};"},
		{"<tool_call>{\"name\":\"f\",\"arguments\":{}}", "<tool_call>{\"name\":\"f\",\"arguments\":{}}", ""},
		{"<tool_call>nonsense</tool_call>", "<tool_call>nonsense</tool_call>", ""},
	} {
		rest, calls := x.calls(with, c.text)
		var got strings.Builder
		for _, call := range calls {
			got.WriteString(call.Function.Name + " " + call.Function.Arguments + ";")
		}
		if rest != c.rest || got.String() != c.calls {
			t.Errorf("%q: %q and %q", c.text, rest, got.String())
		}
		if rest, calls := x.calls(&chatRequest{}, c.text); rest != c.text || calls != nil {
			t.Errorf("%q without tools: %q, %v", c.text, rest, calls)
		}
	}
	shownCalls := shown([]toolCall{{ID: "a", Type: "function"}})
	if b, _ := json.Marshal(shownCalls); string(b) != `[{"function":{"arguments":"","name":""},"id":"a","type":"function"}]` {
		t.Errorf("%s", b)
	}
}
