package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"pxos/llm/grammar"
)

// format is what an answer is to be in.
type format struct {
	Type       string `json:"type"`
	JSONSchema *struct {
		Schema json.RawMessage `json:"schema"`
	} `json:"json_schema"`
}

// grammars keeps what was compiled, with all that its automata found, for the next request
// of the same.
type grammars struct {
	mu   sync.Mutex
	kept map[string]*grammar.Grammar
}

// maxGrammars is how many are kept; then all are forgotten.
const maxGrammars = 64

func (g *grammars) get(key string, compile func() (*grammar.Grammar, error)) (*grammar.Grammar, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if x, ok := g.kept[key]; ok {
		return x, nil
	}
	x, err := compile()
	if err != nil {
		return nil, err
	}
	if len(g.kept) >= maxGrammars || g.kept == nil {
		g.kept = map[string]*grammar.Grammar{}
	}
	g.kept[key] = x
	return x, nil
}

// grammar is the one that a request asks for, nil for none.
func (x *Server) grammar(a *asked) (*grammar.Grammar, error) {
	f := a.ResponseFormat
	if f == nil || f.Type == "text" {
		if a.Grammar == "" {
			return nil, nil //nolint:nilnil // there is none
		}
		return x.grammars.get("gbnf "+a.Grammar, func() (*grammar.Grammar, error) { return grammar.Parse(a.Grammar) })
	}
	switch {
	case a.Grammar != "":
		return nil, errors.New("there are a grammar and a response_format; give one")
	case f.Type == "json_object":
		return x.grammars.get("object", func() (*grammar.Grammar, error) { return grammar.JSONObject(), nil })
	case f.Type == "json_schema" && f.JSONSchema != nil && len(f.JSONSchema.Schema) > 0:
		return x.grammars.get("schema "+string(f.JSONSchema.Schema), func() (*grammar.Grammar, error) { return grammar.Schema(f.JSONSchema.Schema) })
	case f.Type == "json_schema":
		return nil, errors.New("response_format has no json_schema.schema")
	}
	return nil, fmt.Errorf("response_format is of the type %q; there are text, json_object and json_schema", f.Type)
}
