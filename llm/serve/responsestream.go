package serve

import "strings"

// responseEvent is an event of a streamed response; what a type does not have is not sent.
type responseEvent struct {
	Type         string          `json:"type"`
	Sequence     int             `json:"sequence_number"`
	Response     *response       `json:"response,omitempty"`
	OutputIndex  *int            `json:"output_index,omitempty"`
	ItemID       string          `json:"item_id,omitempty"`
	Item         *responseOutput `json:"item,omitempty"`
	ContentIndex *int            `json:"content_index,omitempty"`
	Part         *responsePart   `json:"part,omitempty"`
	Delta        *string         `json:"delta,omitempty"`
	Text         *string         `json:"text,omitempty"`
	Name         string          `json:"name,omitempty"`
	Arguments    *string         `json:"arguments,omitempty"`
	Logprobs     []any           `json:"logprobs,omitzero"`
	Code         *string         `json:"code,omitempty"`
	Message      string          `json:"message,omitempty"`
}

// responseStream sends the events of a response.
type responseStream struct {
	s    *stream
	next int
	item responseOutput // the message that is on its way
}

func (e *responseStream) send(v responseEvent) {
	v.Sequence = e.next
	e.next++
	e.s.sendNamed(v.Type, &v)
}

// streamResponse sends a response as it is made. Where calls may come, the text is sent when it
// is whole, since it may be the beginning of one.
func (x *Server) streamResponse(s *stream, r *response, parts <-chan part) {
	e := &responseStream{s: s}
	e.send(responseEvent{Type: "response.created", Response: r})
	e.send(responseEvent{Type: "response.in_progress", Response: r})
	whole := gathered{}
	var text strings.Builder
	calls := len(r.chat.Tools) > 0 && r.chat.ToolChoice.mode != "none"
	if !calls {
		r.messageID = "msg_" + x.ids()
		e.begin(r.messageID)
	}
	prompt, added := 0, 0
	for p := range parts {
		if p.Err != nil {
			code := "server_error"
			e.send(responseEvent{Type: "error", Code: &code, Message: p.Err.Error()})
			return
		}
		text.WriteString(p.Text)
		if !calls && p.Text != "" {
			e.delta(p.Text)
		}
		if p.End != "" {
			whole.end, whole.reused, added, prompt = p.End, p.Reused, p.Tokens, p.Prompt
		}
	}
	whole.text = text.String()
	r.finish(x, &whole, prompt, added)
	for i := range r.Output {
		if !calls {
			e.end(&r.Output[i]) // there is one
			continue
		}
		e.output(i, &r.Output[i])
	}
	kind := "response.completed"
	if r.Status == "incomplete" {
		kind = "response.incomplete"
	}
	e.send(responseEvent{Type: kind, Response: r})
}

// begin announces a message.
func (e *responseStream) begin(id string) {
	e.item = responseOutput{ID: id, Type: "message", Status: "in_progress", Role: "assistant", Content: []responsePart{}}
	e.send(responseEvent{Type: "response.output_item.added", OutputIndex: new(0), Item: &e.item})
	empty := textPart("")
	e.send(responseEvent{Type: "response.content_part.added", ItemID: id, OutputIndex: new(0), ContentIndex: new(0), Part: &empty})
}

func (e *responseStream) delta(text string) {
	e.send(responseEvent{Type: "response.output_text.delta", ItemID: e.item.ID, OutputIndex: new(0), ContentIndex: new(0), Delta: &text, Logprobs: []any{}})
}

// end says that a message is whole.
func (e *responseStream) end(o *responseOutput) {
	part := &o.Content[0]
	e.send(responseEvent{Type: "response.output_text.done", ItemID: o.ID, OutputIndex: new(0), ContentIndex: new(0), Text: &part.Text, Logprobs: []any{}})
	e.send(responseEvent{Type: "response.content_part.done", ItemID: o.ID, OutputIndex: new(0), ContentIndex: new(0), Part: part})
	e.send(responseEvent{Type: "response.output_item.done", OutputIndex: new(0), Item: o})
}

// output sends an item that is whole.
func (e *responseStream) output(i int, o *responseOutput) {
	if o.Type == "message" {
		e.begin(o.ID)
		e.delta(o.Content[0].Text)
		e.end(o)
		return
	}
	begun, none := *o, ""
	begun.Status, begun.Arguments = "in_progress", &none
	e.send(responseEvent{Type: "response.output_item.added", OutputIndex: &i, Item: &begun})
	e.send(responseEvent{Type: "response.function_call_arguments.delta", ItemID: o.ID, OutputIndex: &i, Delta: o.Arguments})
	e.send(responseEvent{Type: "response.function_call_arguments.done", ItemID: o.ID, OutputIndex: &i, Name: o.Name, Arguments: o.Arguments})
	e.send(responseEvent{Type: "response.output_item.done", OutputIndex: &i, Item: o})
}
