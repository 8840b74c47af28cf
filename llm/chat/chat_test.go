package chat

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	Child()
	os.Exit(m.Run())
}

var when = time.Date(2026, 11, 5, 6, 7, 8, 0, time.UTC)

// chatML is how Qwen2's model card has conversations.
const chatML = `{%- for message in messages %}
{%- if loop.first and message['role'] != 'system' %}
{{- '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}
{%- endif %}
{{- '<|im_start|>' + message.role + '\n' + message['content'] | trim + '<|im_end|>' + '\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{% endif %}`

// alternating refuses what Gemma's does: a system message, and roles that do not alternate.
const alternating = `{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate') }}{% endif %}{% set role = 'model' if message['role'] == 'assistant' else message['role'] %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}`

// withTools has what Llama 3.1's and Hermes' have: tools as JSON, a namespace, tests, calls,
// the date.
const withTools = `{%- set ns = namespace(found=false) -%}
{%- if tools is defined and tools %}
    {%- for tool in tools %}
{{ tool | tojson }}
    {%- endfor %}
{{ tools[0] | tojson(indent=2) }}
{% endif %}
{%- for m in messages if m.role != 'system' %}
    {%- if m.content is string %}[{{ m.role }}] {{ m.content }}
    {%- elif m.tool_calls is defined %}
        {%- for c in m.tool_calls %}<call>{{ c.function.name }} {{ c.function.arguments | tojson }}</call>{% set ns.found = true %}{% endfor %}
    {%- else %}{% for part in m.content %}{% if part.type == 'text' %}{{ part.text }}{% endif %}{% endfor %}
    {%- endif %}
{% endfor %}
{%- if ns.found %}there was a call on {{ strftime_now('%d %b %Y') }}{% endif %}
{% generation %}{{- "." }}{% endgeneration %}`

func messages(t *testing.T, text string) any {
	t.Helper()
	var v json.RawMessage
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestTemplates writes conversations as Transformers does.
func TestTemplates(t *testing.T) {
	var r Renderer
	defer r.Close()
	hello := messages(t, `[{"role":"user","content":" Hi <there> 'you' & é\n"},{"role":"assistant","content":"Yes?"},{"role":"user","content":"No."}]`)
	for _, c := range []struct {
		name, template string
		values         map[string]any
		want           string
	}{
		{"ChatML", chatML, map[string]any{"messages": hello, "add_generation_prompt": true},
			"<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nHi <there> 'you' & é<|im_end|>\n<|im_start|>assistant\nYes?<|im_end|>\n<|im_start|>user\nNo.<|im_end|>\n<|im_start|>assistant\n"},
		{"alternating", alternating, map[string]any{"messages": hello, "bos_token": "<bos>"},
			"<bos><start_of_turn>user\nHi <there> 'you' & é<end_of_turn>\n<start_of_turn>model\nYes?<end_of_turn>\n<start_of_turn>user\nNo.<end_of_turn>\n"},
		{"tools", withTools, map[string]any{
			"messages": messages(t, `[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"one"},{"type":"image"}]},{"role":"assistant","content":null,"tool_calls":[{"function":{"name":"f","arguments":{"z":1,"a":[true,null,"<é>"],"m":1.5}}}]}]`),
			"tools":    messages(t, `[{"type":"function","function":{"name":"f","parameters":{}}}]`)},
			"{\"type\": \"function\", \"function\": {\"name\": \"f\", \"parameters\": {}}}{\n  \"type\": \"function\",\n  \"function\": {\n    \"name\": \"f\",\n    \"parameters\": {}\n  }\n}\none<call>f {\"z\": 1, \"a\": [true, null, \"<é>\"], \"m\": 1.5}</call>there was a call on 05 Nov 2026."},
	} {
		got, err := r.Render(t.Context(), c.template, c.values, when)
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%q\n%q", c.name, err, got, c.want)
		}
	}
}

// TestHostile has templates loop, grow, recurse, read files, and be wrong: each is an error
// that says so, and the next is run as if nothing had been.
func TestHostile(t *testing.T) {
	var r Renderer
	defer r.Close()
	for _, c := range []struct{ template, want string }{
		{"{% for i in range(2000000000) %}{% endfor %}", "took more"},
		{"{% for a in range(100000) %}{% for b in range(100000) %}{% for c in range(100000) %}{% endfor %}{% endfor %}{% endfor %}", "took more"},
		{"{% for a in range(10000000) %}xxxxxxxxxxxxxxxxxx{% endfor %}", ""},
		{"{{ 'a' * 100000000000 }}", ""},
		{"{% set s = 'aaaaaaaa' %}" + strings.Repeat("{% set s = s ~ s %}", 60) + "{{ s }}", "took more"},
		{"{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}", "took more"},
		{"{% include '/etc/passwd' %}", "include"},
		{"{% extends '/etc/passwd' %}", "extends"},
		{"{% import '/etc/passwd' as x %}", "import"},
		{strings.Repeat("{{ (", 100000), ""},
		{"{% for %}", ""},
		{"{% if messages %}", ""},
		{"{{ nothing | never }}", "never"},
		{"{{ raise_exception('no such role') }}", "no such role"},
		{strings.Repeat("x", mostText+1), "bytes"},
	} {
		got, err := r.Render(t.Context(), c.template, nil, when)
		if !errors.Is(err, ErrTemplate) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: %.60q, %.300v", c.template, got, err)
		}
		if strings.Contains(got, "root:") {
			t.Errorf("%.60q read a file", c.template)
		}
		if got, err := r.Render(t.Context(), "{{ 1 + 1 }}", nil, when); got != "2" || err != nil {
			t.Fatalf("after %.60q: %q, %v", c.template, got, err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Render(gone, "{% for i in range(2000000000) %}{% endfor %}", nil, when); !errors.Is(err, context.Canceled) {
		t.Errorf("of a client that is gone: %v", err)
	}
}

// FuzzTemplate runs any template over a conversation, in this process, where what loops was
// taken out.
func FuzzTemplate(f *testing.F) {
	for _, s := range []string{chatML, alternating, withTools, "{{ 1 }}", "{% set a = [1, 2] %}{{ a[0] ~ a }}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 || strings.Contains(text, "range") || strings.Contains(text, "macro") || strings.Contains(text, "*") || strings.Contains(text, "recursive") || strings.Contains(text, "lipsum") {
			return
		}
		_, _ = expand(text, map[string]any{"messages": []any{}}, when) // errors are fine, panics are not
	})
}
