package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"pxos/llm/chat"
)

// chatRequest is that of /v1/chat/completions. Messages are as the template reads them.
type chatRequest struct {
	asked
	Messages            []chatMessage `json:"messages"`
	MaxTokens           *int          `json:"max_tokens"`
	MaxCompletionTokens *int          `json:"max_completion_tokens"`
	Tools               []tool        `json:"tools"`
	ToolChoice          choice        `json:"tool_choice"`
	Logprobs            bool          `json:"logprobs"`
	TopLogprobs         int           `json:"top_logprobs"`
}

// chatMessage is a part of a conversation.
type chatMessage struct {
	Role       string       `json:"role"`
	Content    *messageText `json:"content"`
	Name       string       `json:"name"`
	ToolCalls  []toolCall   `json:"tool_calls"`
	ToolCallID string       `json:"tool_call_id"`
}

// values are a message as templates read it.
func (m *chatMessage) values() map[string]any {
	out := map[string]any{"role": m.Role, "content": m.Content}
	if m.Name != "" {
		out["name"] = m.Name
	}
	if m.ToolCallID != "" {
		out["tool_call_id"] = m.ToolCallID
	}
	if len(m.ToolCalls) > 0 {
		out["tool_calls"] = shown(m.ToolCalls)
	}
	return out
}

// messageText is a text, or a list of parts that are texts.
type messageText string

// UnmarshalJSON reads either, and says what parts are not there.
func (m *messageText) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*m = messageText(one)
		return nil
	}
	var parts []struct{ Type, Text string }
	if err := json.Unmarshal(b, &parts); err != nil {
		return errors.New("the content of a message is a text or a list of parts")
	}
	for _, p := range parts {
		if p.Type != "text" {
			return fmt.Errorf("a part of a message is of the type %q; the model reads text alone", p.Type)
		}
		*m += messageText(p.Text)
	}
	return nil
}

// chatCompletion is an answer, or a part of one that is streamed.
type chatCompletion struct {
	ID      string       `json:"id"`
	Object  string       `json:"object"`
	Created int64        `json:"created"`
	Model   string       `json:"model"`
	Choices []chatChoice `json:"choices"`
	Usage   *usage       `json:"usage,omitempty"`
}

type chatChoice struct {
	Index        int         `json:"index"`
	Message      *chatAnswer `json:"message,omitempty"`
	Delta        *chatAnswer `json:"delta,omitempty"`
	Logprobs     *tokenProbs `json:"logprobs"`
	FinishReason *string     `json:"finish_reason"`
}

type chatAnswer struct {
	Role      string     `json:"role,omitempty"`
	Content   *string    `json:"content,omitempty"`
	ToolCalls []toolCall `json:"tool_calls,omitempty"`
}

// errTemplate is a model that has no chat template.
var errTemplate = errors.New("the model has no chat template: it goes on from texts, by /v1/completions")

// check says what of a request is not there.
func (q *chatRequest) check(x *Server) error {
	switch {
	case x.Vocabulary.Template == "":
		return errTemplate
	case len(q.Messages) == 0:
		return errors.New("there are no messages")
	case q.TopLogprobs != 0 && !q.Logprobs:
		return errors.New("top_logprobs wants logprobs")
	}
	if err := checkTop(q.TopLogprobs); err != nil {
		return err
	}
	for i, m := range q.Messages {
		if m.Role == "" {
			return fmt.Errorf("message %d has no role", i)
		}
	}
	return nil
}

// request makes a scheduler's request, or says what is wrong.
func (q *chatRequest) request(x *Server, r *http.Request) (out Request, err error) {
	if err := q.check(x); err != nil {
		return out, err
	}
	out = Request{Most: defaultMost, Stop: q.Stop, Logprobs: -1}
	if q.Logprobs {
		out.Logprobs = q.TopLogprobs
	}
	for _, most := range []*int{q.MaxTokens, q.MaxCompletionTokens} {
		if most != nil {
			out.Most = *most
		}
	}
	if out.Most < 0 {
		return out, fmt.Errorf("max_tokens is %d", out.Most)
	}
	if out.Options, err = q.options(x.Now()); err != nil {
		return out, err
	}
	tools, err := q.wanted()
	if err != nil {
		return out, err
	}
	forced, err := q.forced(x)
	if err != nil {
		return out, err
	}
	if out.Grammar, err = x.grammar(&q.asked); err != nil {
		return out, err
	}
	if forced != nil {
		out.Grammar = forced
	}
	out.Tokens, err = x.conversation(r, q.Messages, tools)
	return out, err
}

// conversation writes messages as the model's template has them, and where its answer begins.
func (x *Server) conversation(r *http.Request, messages []chatMessage, tools []tool) ([]int, error) {
	v := x.Vocabulary
	values := map[string]any{"add_generation_prompt": true, "bos_token": v.Text(v.BOS), "eos_token": v.Text(v.EOS)}
	list := []any{}
	for i := range messages {
		list = append(list, messages[i].values())
	}
	values["messages"] = list
	if len(tools) > 0 {
		values["tools"] = tools
	}
	text, err := x.templates.Render(r.Context(), v.Template, values, x.Now())
	if err != nil {
		return nil, err
	}
	ids := v.EncodeTemplate(text)
	if len(ids) == 0 {
		return nil, fmt.Errorf("%w makes nothing of these messages", chat.ErrTemplate)
	}
	return ids, nil
}

func (x *Server) chatCompletions(w http.ResponseWriter, r *http.Request) {
	var q chatRequest
	if !x.read(w, r, &q) {
		return
	}
	request, err := q.request(x, r)
	if err != nil {
		fail(w, http.StatusBadRequest, "invalid_request_error", err.Error())
		return
	}
	parts, ok := x.submit(w, r, request, q.answers())
	if !ok {
		return
	}
	c := chatCompletion{ID: "chatcmpl-" + x.ids(), Object: "chat.completion", Created: x.Now().Unix(), Model: x.Name}
	if q.Stream {
		c.Object = "chat.completion.chunk"
		x.streamChat(newStream(w), c, parts, &q, len(request.Tokens))
		return
	}
	answers, tokens, err := gather(parts, q.answers())
	if err != nil {
		fail(w, statusOf(err), "server_error", err.Error())
		return
	}
	for i, a := range answers {
		message := x.message(&q, &a)
		message.Role = "assistant"
		c.Choices = append(c.Choices, chatChoice{Index: i, Message: message, Logprobs: x.chatProbs(a.probs, q.Logprobs), FinishReason: &a.end})
	}
	c.Usage = newUsage(len(request.Tokens), tokens, answers[0].reused)
	answer(w, &c)
}

// message is a whole answer: its text, and the calls in it, for which it then ended.
func (x *Server) message(q *chatRequest, a *gathered) *chatAnswer {
	text, calls := x.calls(q, a.text)
	if len(calls) == 0 {
		return &chatAnswer{Content: &text}
	}
	a.end = "tool_calls"
	out := &chatAnswer{ToolCalls: calls}
	if text != "" {
		out.Content = &text
	}
	return out
}

// streamChat sends each part as it comes; the first of an answer says whose it is.
func (x *Server) streamChat(s *stream, c chatCompletion, parts <-chan part, q *chatRequest, prompt int) {
	begun, tokens, reused := make([]bool, q.answers()), 0, 0
	whole := make([]gathered, q.answers()) // where calls are looked for
	for p := range parts {
		if p.Err != nil {
			s.fail(p.Err)
			return
		}
		delta := &chatAnswer{Content: &p.Text}
		if len(q.Tools) > 0 && q.ToolChoice.mode != "none" {
			if whole[p.index].text += p.Text; p.End == "" {
				continue // text may be the beginning of a call
			}
			whole[p.index].end = p.End
			delta = x.message(q, &whole[p.index])
			for i := range delta.ToolCalls {
				delta.ToolCalls[i].Index = &i
			}
			p.End = whole[p.index].end
		}
		if !begun[p.index] {
			begun[p.index], delta.Role = true, "assistant"
		}
		c.Choices = []chatChoice{{Index: p.index, Delta: delta, Logprobs: x.chatProbs(p.Logprobs, q.Logprobs)}}
		s.send(&c)
		if p.End != "" {
			tokens += p.Tokens
			reused = max(reused, p.Reused)
			c.Choices = []chatChoice{{Index: p.index, Delta: &chatAnswer{}, FinishReason: &p.End}}
			s.send(&c)
		}
	}
	if q.StreamOptions != nil && q.StreamOptions.IncludeUsage {
		c.Choices, c.Usage = []chatChoice{}, newUsage(prompt, tokens, reused)
		s.send(&c)
	}
	s.done()
}
