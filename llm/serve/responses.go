package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// responseRequest is that of /v1/responses.
type responseRequest struct {
	Model        string            `json:"model"`
	Input        responseInput     `json:"input"`
	Instructions string            `json:"instructions"`
	MaxTokens    *int              `json:"max_output_tokens"`
	Temperature  *float64          `json:"temperature"`
	TopP         *float64          `json:"top_p"`
	Seed         *int64            `json:"seed"` // of ours
	Stream       bool              `json:"stream"`
	Tools        []responseTool    `json:"tools"`
	ToolChoice   responseChoice    `json:"tool_choice"`
	Text         *responseText     `json:"text"`
	Previous     string            `json:"previous_response_id"`
	Store        *bool             `json:"store"`
	Metadata     map[string]string `json:"metadata"`
	Background   bool              `json:"background"`
}

// responseTool is a tool as responses have it: without a level between.
type responseTool struct {
	Type        string          `json:"type"`
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Parameters  json.RawMessage `json:"parameters,omitempty"`
	Strict      *bool           `json:"strict,omitempty"`
}

// responseChoice is choice, with a function's name where responses have it; raw is what was said.
type responseChoice struct {
	choice
	raw json.RawMessage
}

// UnmarshalJSON reads a word or a function.
func (c *responseChoice) UnmarshalJSON(b []byte) error {
	c.raw = slices.Clone(b)
	if json.Unmarshal(b, &c.mode) == nil {
		return nil
	}
	var one struct{ Type, Name string }
	if err := json.Unmarshal(b, &one); err != nil || one.Type != "function" || one.Name == "" {
		return errors.New("tool_choice is none, auto, required, or names a function")
	}
	c.mode, c.function = "required", one.Name
	return nil
}

// responseText says what the text is to be in.
type responseText struct {
	Format *struct {
		Type   string          `json:"type"`
		Name   string          `json:"name,omitempty"`
		Schema json.RawMessage `json:"schema,omitempty"`
		Strict *bool           `json:"strict,omitempty"`
	} `json:"format,omitempty"`
}

// responseInput are messages, calls and their results; a text is one of the user.
type responseInput []chatMessage

// responseItem is one of them, as it is sent.
type responseItem struct {
	Type      string          `json:"type"`
	Role      string          `json:"role"`
	Content   responseContent `json:"content"`
	CallID    string          `json:"call_id"`
	Name      string          `json:"name"`
	Arguments string          `json:"arguments"`
	Output    responseContent `json:"output"`
}

// responseContent is a text, or a list of parts that are texts.
type responseContent string

// UnmarshalJSON reads either, and says what parts are not there.
func (c *responseContent) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*c = responseContent(one)
		return nil
	}
	var parts []struct{ Type, Text string }
	if err := json.Unmarshal(b, &parts); err != nil {
		return errors.New("the content of an item is a text or a list of parts")
	}
	for _, p := range parts {
		if p.Type != "input_text" && p.Type != "output_text" {
			return fmt.Errorf("a part of an item is of the type %q; the model reads input_text and output_text alone", p.Type)
		}
		*c += responseContent(p.Text)
	}
	return nil
}

// UnmarshalJSON reads a text or a list of items.
func (in *responseInput) UnmarshalJSON(b []byte) error {
	var one messageText
	var text string
	if json.Unmarshal(b, &text) == nil {
		one = messageText(text)
		*in = responseInput{{Role: "user", Content: &one}}
		return nil
	}
	var items []responseItem
	if err := json.Unmarshal(b, &items); err != nil {
		return fmt.Errorf("the input is a text or a list of items: %w", err)
	}
	for i, item := range items {
		if err := in.add(item); err != nil {
			return fmt.Errorf("item %d of the input %w", i, err)
		}
	}
	return nil
}

// add makes a message of an item; calls in turn are of one message.
func (in *responseInput) add(item responseItem) error {
	text := messageText(item.Content)
	switch item.Type {
	case "", "message":
		if item.Role == "" {
			return errors.New("has no role")
		}
		if item.Role == "developer" {
			item.Role = "system"
		}
		*in = append(*in, chatMessage{Role: item.Role, Content: &text})
	case "function_call":
		call := toolCall{ID: item.CallID, Type: "function"}
		call.Function.Name, call.Function.Arguments = item.Name, item.Arguments
		if n := len(*in); n > 0 && (*in)[n-1].Role == "assistant" {
			(*in)[n-1].ToolCalls = append((*in)[n-1].ToolCalls, call)
			break
		}
		*in = append(*in, chatMessage{Role: "assistant", Content: &text, ToolCalls: []toolCall{call}})
	case "function_call_output":
		text = messageText(item.Output)
		*in = append(*in, chatMessage{Role: "tool", Content: &text, ToolCallID: item.CallID})
	default:
		return fmt.Errorf("is of the type %q; there are message, function_call and function_call_output", item.Type)
	}
	return nil
}

// chat is the request as one of /v1/chat/completions, after what was said before.
func (q *responseRequest) chat(before []chatMessage) (*chatRequest, error) {
	c := &chatRequest{MaxTokens: q.MaxTokens, ToolChoice: q.ToolChoice.choice, Messages: slices.Concat(before, q.Input)}
	c.Temperature, c.TopP, c.Seed = q.Temperature, q.TopP, q.Seed
	if q.Background {
		return nil, errors.New("background is not there: answers come as they are made")
	}
	if q.Instructions != "" {
		text := messageText(q.Instructions)
		c.Messages = slices.Insert(c.Messages, 0, chatMessage{Role: "system", Content: &text})
	}
	for _, t := range q.Tools {
		one := tool{Type: t.Type}
		one.Function.Name, one.Function.Description, one.Function.Parameters = t.Name, t.Description, t.Parameters
		c.Tools = append(c.Tools, one)
	}
	if q.Text != nil && q.Text.Format != nil {
		f := q.Text.Format
		c.ResponseFormat = &format{Type: f.Type}
		if f.Type == "json_schema" {
			c.ResponseFormat.JSONSchema = &struct {
				Schema json.RawMessage `json:"schema"`
			}{f.Schema}
		}
	}
	return c, nil
}

func (x *Server) responses(w http.ResponseWriter, r *http.Request) {
	var q responseRequest
	if !x.read(w, r, &q) {
		return
	}
	refused := func(err error) { fail(w, http.StatusBadRequest, "invalid_request_error", err.Error()) }
	before, known := x.kept.conversation(q.Previous)
	if q.Previous != "" && !known {
		refused(fmt.Errorf("there is no response %q: the last %d are kept, while the server runs", q.Previous, maxKept))
		return
	}
	c, err := q.chat(before)
	if err != nil {
		refused(err)
		return
	}
	request, err := c.request(x, r)
	if err != nil {
		refused(err)
		return
	}
	parts, ok := x.submit(w, r, request, 1)
	if !ok {
		return
	}
	made := x.newResponse(&q, c, request.Most)
	if q.Stream {
		x.streamResponse(newStream(w), made, parts)
		return
	}
	answers, n, err := gather(parts, 1)
	if err != nil {
		fail(w, statusOf(err), "server_error", err.Error())
		return
	}
	made.finish(x, &answers[0], len(request.Tokens), n)
	answer(w, made)
}
