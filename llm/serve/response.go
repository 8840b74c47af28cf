package serve

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
)

// response is what /v1/responses answers.
type response struct {
	ID           string               `json:"id"`
	Object       string               `json:"object"`
	CreatedAt    int64                `json:"created_at"`
	Status       string               `json:"status"`
	Error        *struct{}            `json:"error"`
	Incomplete   *incomplete          `json:"incomplete_details"`
	Instructions *string              `json:"instructions"`
	MaxTokens    *int                 `json:"max_output_tokens"`
	Model        string               `json:"model"`
	Output       []responseOutput     `json:"output"`
	Parallel     bool                 `json:"parallel_tool_calls"`
	Previous     *string              `json:"previous_response_id"`
	Store        bool                 `json:"store"`
	Temperature  float64              `json:"temperature"`
	TopP         float64              `json:"top_p"`
	Text         responseText         `json:"text"`
	ToolChoice   json.RawMessage      `json:"tool_choice"`
	Tools        []responseTool       `json:"tools"`
	Truncation   string               `json:"truncation"`
	Usage        *responseUsage       `json:"usage"`
	Metadata     map[string]string    `json:"metadata"`
	chat         *chatRequest         // what was asked
	messageID    string               // of a message that was announced
	said         func(r *chatMessage) // keeps the conversation
}

type incomplete struct {
	Reason string `json:"reason"`
}

type responseUsage struct {
	Input        int                  `json:"input_tokens"`
	InputDetails responseInputDetails `json:"input_tokens_details"`
	Output       int                  `json:"output_tokens"`
	Details      struct {
		Reasoning int `json:"reasoning_tokens"`
	} `json:"output_tokens_details"`
	Total int `json:"total_tokens"`
}

type responseInputDetails struct {
	Cached int `json:"cached_tokens"`
}

// responseOutput is a message or a call.
type responseOutput struct {
	ID        string         `json:"id"`
	Type      string         `json:"type"`
	Status    string         `json:"status"`
	Role      string         `json:"role,omitempty"`
	Content   []responsePart `json:"content,omitzero"`
	CallID    string         `json:"call_id,omitempty"`
	Name      string         `json:"name,omitempty"`
	Arguments *string        `json:"arguments,omitempty"`
}

type responsePart struct {
	Type        string `json:"type"`
	Text        string `json:"text"`
	Annotations []any  `json:"annotations"`
	Logprobs    []any  `json:"logprobs"`
}

func textPart(text string) responsePart {
	return responsePart{"output_text", text, []any{}, []any{}}
}

// newResponse is one that is on its way.
func (x *Server) newResponse(q *responseRequest, c *chatRequest, most int) *response {
	o, _ := c.options(x.Now()) // which were checked
	r := &response{ID: "resp_" + x.ids(), Object: "response", CreatedAt: x.Now().Unix(), Status: "in_progress", MaxTokens: &most, Model: x.Name, Output: []responseOutput{},
		Parallel: true, Store: q.Store == nil || *q.Store, Temperature: o.Temperature, TopP: cmp.Or(o.TopP, 1), ToolChoice: q.ToolChoice.raw, Tools: q.Tools, Truncation: "disabled", Metadata: q.Metadata, chat: c}
	if q.Instructions != "" {
		r.Instructions = &q.Instructions
	}
	if q.Previous != "" {
		r.Previous = &q.Previous
	}
	if r.ToolChoice == nil {
		r.ToolChoice = json.RawMessage(`"auto"`)
	}
	if r.Tools == nil {
		r.Tools = []responseTool{}
	}
	if r.Metadata == nil {
		r.Metadata = map[string]string{}
	}
	if q.Text != nil {
		r.Text = *q.Text
	}
	r.said = func(m *chatMessage) {
		if r.Store {
			said := c.Messages
			if q.Instructions != "" { // which are of one response
				said = said[1:]
			}
			x.kept.add(r, append(slices.Clone(said), *m))
		}
	}
	return r
}

// finish takes the answer in: its text, its calls, why it ended and what it took.
func (r *response) finish(x *Server, a *gathered, prompt, added int) {
	m := x.message(r.chat, a)
	said := chatMessage{Role: "assistant", ToolCalls: m.ToolCalls, Content: new(messageText)}
	if m.Content != nil {
		*said.Content = messageText(*m.Content)
		r.Output = append(r.Output, responseOutput{ID: cmp.Or(r.messageID, "msg_"+x.ids()), Type: "message", Status: "completed", Role: "assistant", Content: []responsePart{textPart(*m.Content)}})
	}
	for _, c := range m.ToolCalls {
		r.Output = append(r.Output, responseOutput{ID: "fc_" + x.ids(), Type: "function_call", Status: "completed", CallID: c.ID, Name: c.Function.Name, Arguments: &c.Function.Arguments})
	}
	r.Status = "completed"
	if a.end == "length" {
		r.Status, r.Incomplete = "incomplete", &incomplete{"max_output_tokens"}
		for i := range r.Output {
			r.Output[i].Status = "incomplete"
		}
	}
	r.Usage = &responseUsage{Input: prompt, InputDetails: responseInputDetails{a.reused}, Output: added, Total: prompt + added}
	r.said(&said)
}

// maxKept is how many responses are kept to go on from, and maxKeptBytes what their texts may
// take.
const (
	maxKept      = 256
	maxKeptBytes = 64 << 20
)

// kept are the last responses, which a request may go on from.
type kept struct {
	mu    sync.Mutex
	list  []keptResponse
	bytes int
}

type keptResponse struct {
	r     *response
	said  []chatMessage
	bytes int
}

// conversation is what was said up to a response.
func (k *kept) conversation(id string) ([]chatMessage, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, x := range k.list {
		if x.r.ID == id {
			return x.said, true
		}
	}
	return nil, false
}

// add keeps a response, and forgets the oldest.
func (k *kept) add(r *response, said []chatMessage) {
	one := keptResponse{r: r, said: said}
	for _, m := range said {
		if m.Content != nil {
			one.bytes += len(*m.Content)
		}
		for _, c := range m.ToolCalls {
			one.bytes += len(c.Function.Arguments)
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list, k.bytes = append(k.list, one), k.bytes+one.bytes
	for len(k.list) > maxKept || k.bytes > maxKeptBytes {
		k.bytes -= k.list[0].bytes
		k.list = slices.Delete(k.list, 0, 1)
	}
}

// one gives back a response, and forgets it where that is asked for.
func (k *kept) one(id string, forget bool) (*response, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, x := range k.list {
		if x.r.ID == id {
			if forget {
				k.bytes -= x.bytes
				k.list = slices.Delete(k.list, i, i+1)
			}
			return x.r, true
		}
	}
	return nil, false
}

// response answers for one that is kept.
func (x *Server) response(w http.ResponseWriter, q *http.Request) {
	id, forget := q.PathValue("id"), q.Method == http.MethodDelete
	r, ok := x.kept.one(id, forget)
	switch {
	case !ok:
		fail(w, http.StatusNotFound, "invalid_request_error", "there is no response "+id)
	case forget:
		answer(w, map[string]any{"id": id, "object": "response", "deleted": true})
	default:
		answer(w, r)
	}
}
