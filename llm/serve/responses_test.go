package serve

import (
	"net/http"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/responses"
)

func asked1(text string, most int64) responses.ResponseNewParams {
	return responses.ResponseNewParams{Model: "tiny", MaxOutputTokens: openai.Int(most), Temperature: openai.Float(0),
		Input: responses.ResponseNewParamsInputUnion{OfString: openai.String(text)}}
}

// TestResponses says what chats say, whole and streamed, goes on from an earlier response, and
// gives back and forgets what it kept.
func TestResponses(t *testing.T) {
	client, _ := chatServer(t, brackets)
	ctx := t.Context()
	same, err := client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{Model: "tiny", MaxTokens: openai.Int(10), Temperature: openai.Float(0),
		Messages: []openai.ChatCompletionMessageParamUnion{openai.SystemMessage("be brief"), openai.UserMessage("hello")}})
	if err != nil {
		t.Fatal(err)
	}
	want := same.Choices[0].Message.Content
	q := asked1("hello", 10)
	q.Instructions = openai.String("be brief")
	r, err := client.Responses.New(ctx, q)
	if err != nil || r.OutputText() != want || r.Status != "incomplete" || r.IncompleteDetails.Reason != "max_output_tokens" || r.Usage.OutputTokens != 10 || r.Usage.InputTokens != same.Usage.PromptTokens {
		t.Fatalf("%s, %v; the chat says %q", r.RawJSON(), err, want)
	}
	stream := client.Responses.NewStreaming(ctx, q)
	var text strings.Builder
	var kinds []string
	var last responses.Response
	for stream.Next() {
		e := stream.Current()
		if e.SequenceNumber != int64(len(kinds)) {
			t.Errorf("event %d has the number %d", len(kinds), e.SequenceNumber)
		}
		kinds = append(kinds, e.Type)
		text.WriteString(e.Delta)
		if e.Type == "response.output_text.done" && e.Text != want {
			t.Errorf("the text is %q at its end, not %q", e.Text, want)
		}
		last = e.Response
	}
	if stream.Err() != nil || text.String() != want || last.OutputText() != want || kinds[len(kinds)-1] != "response.incomplete" || last.Usage.InputTokens != same.Usage.PromptTokens {
		t.Errorf("streamed: %q and %q, not %q, %v; %v", text.String(), last.OutputText(), want, stream.Err(), kinds)
	}
	next := asked1("and now?", 5)
	next.PreviousResponseID = openai.String(r.ID)
	got, err := client.Responses.New(ctx, next)
	if err != nil {
		t.Fatal(err)
	}
	chat, err := client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{Model: "tiny", MaxTokens: openai.Int(5), Temperature: openai.Float(0),
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("hello"), openai.AssistantMessage(want), openai.UserMessage("and now?")}})
	if err != nil || got.OutputText() != chat.Choices[0].Message.Content || got.PreviousResponseID != r.ID {
		t.Errorf("after %s: %q, a chat says %q, %v", r.ID, got.OutputText(), chat.Choices[0].Message.Content, err)
	}
	if back, err := client.Responses.Get(ctx, r.ID, responses.ResponseGetParams{}); err != nil || back.OutputText() != want {
		t.Errorf("kept: %v, %v", back, err)
	}
	if err := client.Responses.Delete(ctx, r.ID); err != nil {
		t.Error(err)
	}
	_, err = client.Responses.New(ctx, next)
	if api, ok := err.(*openai.Error); !ok || !strings.Contains(api.Message, "there is no response") { //nolint:errorlint // the client's own
		t.Errorf("after one that was forgotten: %v", err)
	}
}

// TestResponsesTools has a call made, streamed too, and its result read; a schema is kept to.
func TestResponsesTools(t *testing.T) {
	client, _ := chatServer(t, brackets)
	ctx := t.Context()
	q := asked1("what is it like?", 100)
	q.Tools = []responses.ToolUnionParam{{OfFunction: &responses.FunctionToolParam{Name: "weather", Parameters: map[string]any{"type": "object", "properties": map[string]any{"warm": map[string]any{"type": "boolean"}}, "required": []string{"warm"}, "additionalProperties": false}}}}
	q.ToolChoice = responses.ResponseNewParamsToolChoiceUnion{OfFunctionTool: &responses.ToolChoiceFunctionParam{Name: "weather"}}
	r, err := client.Responses.New(ctx, q)
	if err != nil || len(r.Output) != 1 || r.Output[0].Type != "function_call" || r.Output[0].Name != "weather" || !strings.HasPrefix(r.Output[0].AsFunctionCall().Arguments, `{"warm":`) {
		t.Fatalf("%v, %v", r, err)
	}
	call := r.Output[0].AsFunctionCall()
	stream := client.Responses.NewStreaming(ctx, q)
	arguments := ""
	for stream.Next() {
		if e := stream.Current(); e.Type == "response.function_call_arguments.done" {
			arguments = e.Arguments
		}
	}
	if stream.Err() != nil || arguments != call.Arguments {
		t.Errorf("streamed: %q, whole %q, %v", arguments, call.Arguments, stream.Err())
	}
	after := asked1("", 4)
	after.Input = responses.ResponseNewParamsInputUnion{OfInputItemList: responses.ResponseInputParam{
		responses.ResponseInputItemParamOfMessage("what is it like?", responses.EasyInputMessageRoleUser),
		responses.ResponseInputItemParamOfFunctionCall(call.Arguments, call.CallID, "weather"),
		{OfFunctionCallOutput: &responses.ResponseInputItemFunctionCallOutputParam{CallID: openai.String(call.CallID), Output: responses.ResponseInputItemFunctionCallOutputOutputUnionParam{OfString: openai.String("warm")}}},
	}}
	if r, err := client.Responses.New(ctx, after); err != nil || r.Usage.OutputTokens != 4 {
		t.Errorf("after a call: %v, %v", r, err)
	}
	schema := asked1("x", 100)
	schema.Text = responses.ResponseTextConfigParam{Format: responses.ResponseFormatTextConfigUnionParam{OfJSONSchema: &responses.ResponseFormatTextJSONSchemaConfigParam{Name: "n", Schema: map[string]any{"type": "boolean"}}}}
	if r, err := client.Responses.New(ctx, schema); err != nil || r.OutputText() != "true" && r.OutputText() != "false" || r.Status != "completed" {
		t.Errorf("by a schema: %v, %v", r, err)
	}
}

// TestResponsesRefused says what is wrong with requests.
func TestResponsesRefused(t *testing.T) {
	client, _ := chatServer(t, brackets)
	for want, change := range map[string]func(q *responses.ResponseNewParams){
		"background is not there": func(q *responses.ResponseNewParams) { q.Background = openai.Bool(true) },
		"reads input_text and output_text alone": func(q *responses.ResponseNewParams) {
			q.Input = responses.ResponseNewParamsInputUnion{OfInputItemList: responses.ResponseInputParam{responses.ResponseInputItemParamOfMessage(responses.ResponseInputMessageContentListParam{
				{OfInputImage: &responses.ResponseInputImageParam{ImageURL: param.NewOpt("http://127.0.0.1/x"), Detail: "auto"}}}, responses.EasyInputMessageRoleUser)}}
		},
		"not among the tools": func(q *responses.ResponseNewParams) {
			q.ToolChoice = responses.ResponseNewParamsToolChoiceUnion{OfFunctionTool: &responses.ToolChoiceFunctionParam{Name: "nothing"}}
		},
		"there are no messages": func(q *responses.ResponseNewParams) { q.Input = responses.ResponseNewParamsInputUnion{} },
	} {
		q := asked1("x", 1)
		change(&q)
		_, err := client.Responses.New(t.Context(), q)
		if api, ok := err.(*openai.Error); !ok || api.StatusCode != http.StatusBadRequest || !strings.Contains(api.Message, want) { //nolint:errorlint // the client's own
			t.Errorf("%q: %v", want, err)
		}
	}
}
