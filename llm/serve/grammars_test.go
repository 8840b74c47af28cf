package serve

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const personSchema = `{"type":"object","properties":{"name":{"type":"string","maxLength":12},"age":{"type":"integer"},"tags":{"type":"array","items":{"enum":["a","b",3]},"maxItems":3},
 "more":{"anyOf":[{"type":"null"},{"type":"object","properties":{"x":{"type":"number"},"ok":{"type":"boolean"}},"required":["x"],"additionalProperties":false}]}},
 "required":["name","age","more"],"additionalProperties":false}`

// TestJSONSchema has openai-go ask for answers in a schema, of a model of random weights: all
// are valid. PXOS_GENERATIONS says how many.
func TestJSONSchema(t *testing.T) {
	n := 60
	if s := os.Getenv("PXOS_GENERATIONS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	client, _ := chatServer(t, brackets)
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(personSchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("s.json", doc); err != nil {
		t.Fatal(err)
	}
	valid := c.MustCompile("s.json")
	var all sync.WaitGroup
	var mu sync.Mutex
	different := map[string]bool{}
	for worker := range 4 {
		all.Go(func() {
			for seed := worker; seed < n; seed += 4 {
				r, err := client.Chat.Completions.New(t.Context(), openai.ChatCompletionNewParams{Model: "tiny", MaxTokens: openai.Int(220), Temperature: openai.Float(1), Seed: openai.Int(int64(seed)),
					Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("who?")},
					ResponseFormat: openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{
						JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: "person", Strict: openai.Bool(true), Schema: json.RawMessage(personSchema)}}}})
				if err != nil {
					t.Error(err)
					return
				}
				text := r.Choices[0].Message.Content
				value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
				if err == nil {
					err = valid.Validate(value)
				}
				if err != nil || r.Choices[0].FinishReason != "stop" {
					t.Errorf("seed %d: %s, %q: %v", seed, r.Choices[0].FinishReason, text, err)
				}
				mu.Lock()
				different[text] = true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if len(different) < n*9/10 {
		t.Errorf("%d different answers of %d", len(different), n)
	}
}

// TestGrammars asks for answers in a grammar and in any JSON, and for what cannot be.
func TestGrammars(t *testing.T) {
	client, _ := chatServer(t, brackets)
	ask := func(options ...option.RequestOption) (string, error) {
		r, err := client.Chat.Completions.New(t.Context(), openai.ChatCompletionNewParams{Model: "tiny", MaxTokens: openai.Int(200), Temperature: openai.Float(1), Seed: openai.Int(3),
			Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("x")}}, options...)
		if err != nil {
			return "", err
		}
		return r.Choices[0].Message.Content, nil
	}
	text, err := ask(option.WithJSONSet("grammar", `root ::= ("yes" | "no") ", " [0-9]{3,5} "."`))
	if err != nil || !regexp.MustCompile(`^(yes|no), \d{3,5}\.$`).MatchString(text) {
		t.Errorf("in a grammar: %q, %v", text, err)
	}
	text, err = ask(option.WithJSONSet("response_format", map[string]any{"type": "json_object"}))
	if err != nil || !strings.HasPrefix(text, "{") {
		t.Errorf("an object: %q, %v", text, err)
	}
	for _, c := range []struct {
		key   string
		value any
		want  string
	}{
		{"grammar", "root ::= (", "not closed"},
		{"response_format", map[string]any{"type": "xml"}, "xml"},
		{"response_format", map[string]any{"type": "json_schema"}, "no json_schema.schema"},
		{"response_format", map[string]any{"type": "json_schema", "json_schema": map[string]any{"name": "x", "schema": map[string]any{"type": "string", "pattern": "a"}}}, "pattern"},
	} {
		_, err := ask(option.WithJSONSet(c.key, c.value))
		if api, ok := err.(*openai.Error); !ok || api.StatusCode != 400 || !strings.Contains(api.Message, c.want) { //nolint:errorlint // the client's own
			t.Errorf("%v: %v", c.value, err)
		}
	}
}
