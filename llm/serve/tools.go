package serve

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"pxos/llm/grammar"
)

// tool is a function that a model may call.
type tool struct {
	Type     string `json:"type"`
	Function struct {
		Name        string          `json:"name"`
		Description string          `json:"description,omitempty"`
		Parameters  json.RawMessage `json:"parameters,omitempty"`
	} `json:"function"`
}

// toolCall is a call of one.
type toolCall struct {
	Index    *int   `json:"index,omitempty"` // in streams
	ID       string `json:"id"`
	Type     string `json:"type"`
	Function struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"` // JSON
	} `json:"function"`
}

// choice is what a request says of tools: none, auto, required, or one function's name.
type choice struct{ mode, function string }

// UnmarshalJSON reads a word or a function.
func (c *choice) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &c.mode) == nil {
		return nil
	}
	var one struct {
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	}
	if err := json.Unmarshal(b, &one); err != nil || one.Function.Name == "" {
		return errors.New("tool_choice is none, auto, required, or names a function")
	}
	c.mode, c.function = "required", one.Function.Name
	return nil
}

// wanted are the tools that the template is shown, none where none may be called.
func (q *chatRequest) wanted() ([]tool, error) {
	switch q.ToolChoice.mode {
	case "none":
		return nil, nil
	case "", "auto", "required":
	default:
		return nil, fmt.Errorf("tool_choice is %q, it must be none, auto or required, or name a function", q.ToolChoice.mode)
	}
	found := q.ToolChoice.function == ""
	for i, t := range q.Tools {
		if t.Type != "function" || t.Function.Name == "" {
			return nil, fmt.Errorf("tool %d is of the type %q and called %q; it must be a function with a name", i, t.Type, t.Function.Name)
		}
		found = found || t.Function.Name == q.ToolChoice.function
	}
	if !found || q.ToolChoice.mode == "required" && len(q.Tools) == 0 {
		return nil, fmt.Errorf("tool_choice wants the function %q, which is not among the tools", q.ToolChoice.function)
	}
	return q.Tools, nil
}

// forced is the grammar of a call that must be made, nil where none must.
func (q *chatRequest) forced(x *Server) (*grammar.Grammar, error) {
	if q.ToolChoice.mode != "required" {
		return nil, nil //nolint:nilnil // there is none
	}
	type object map[string]any
	var calls []object
	for _, t := range q.Tools {
		if q.ToolChoice.function != "" && t.Function.Name != q.ToolChoice.function {
			continue
		}
		parameters := t.Function.Parameters
		if len(parameters) == 0 {
			parameters = json.RawMessage(`{"type":"object"}`)
		}
		// In order, which a map does not keep.
		name, err := json.Marshal(t.Function.Name)
		if err != nil {
			return nil, err
		}
		properties := json.RawMessage(fmt.Sprintf(`{"name":{"const":%s},"arguments":%s}`, name, parameters))
		calls = append(calls, object{"type": "object", "properties": properties, "required": []string{"name", "arguments"}, "additionalProperties": false})
	}
	schema, err := json.Marshal(object{"anyOf": calls})
	if err != nil {
		return nil, fmt.Errorf("the parameters of a tool: %w", err)
	}
	return x.grammars.get("schema "+string(schema), func() (*grammar.Grammar, error) { return grammar.Schema(schema) })
}

// Marks of calls in what models say, as Hermes and Qwen do.
const (
	callBegins = "<tool_call>"
	callEnds   = "</tool_call>"
)

// calls takes the calls out of an answer: all of it where one had to be made, else what lies
// between the marks. What is no call stays text.
func (x *Server) calls(q *chatRequest, text string) (rest string, calls []toolCall) {
	if q.ToolChoice.mode == "required" {
		if c, ok := x.call(text); ok {
			return "", []toolCall{c}
		}
		return text, nil
	}
	if len(q.Tools) == 0 || q.ToolChoice.mode == "none" {
		return text, nil
	}
	for {
		before, after, begun := strings.Cut(text, callBegins)
		inner, left, ended := strings.Cut(after, callEnds)
		c, ok := x.call(inner)
		if !begun || !ended || !ok {
			return rest + text, calls
		}
		rest, text, calls = rest+strings.TrimRight(before, "\n"), strings.TrimLeft(left, "\n"), append(calls, c)
	}
}

// call reads a call.
func (x *Server) call(text string) (c toolCall, ok bool) {
	var said struct {
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"`
	}
	var arguments bytes.Buffer
	if json.Unmarshal([]byte(text), &said) != nil || said.Name == "" || json.Compact(&arguments, said.Arguments) != nil {
		return c, false
	}
	c.ID, c.Type = "call_"+x.ids(), "function"
	c.Function.Name, c.Function.Arguments = said.Name, arguments.String()
	return c, true
}

// shown are earlier calls as templates read them: arguments are values, not texts.
func shown(calls []toolCall) (out []any) {
	for _, c := range calls {
		var arguments any = c.Function.Arguments
		if json.Valid([]byte(c.Function.Arguments)) {
			arguments = json.RawMessage(c.Function.Arguments)
		}
		out = append(out, map[string]any{"id": c.ID, "type": c.Type, "function": map[string]any{"name": c.Function.Name, "arguments": arguments}})
	}
	return out
}
