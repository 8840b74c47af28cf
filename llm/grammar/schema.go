package grammar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// schema is what is read of a JSON Schema; what cannot be kept to is refused.
type schema struct {
	Ref         string            `json:"$ref"`
	Defs        map[string]schema `json:"$defs"`
	Definitions map[string]schema `json:"definitions"`
	Type        oneOrMore         `json:"type"`
	Enum        []json.RawMessage `json:"enum"`
	Const       json.RawMessage   `json:"const"`
	AnyOf       []schema          `json:"anyOf"`
	OneOf       []schema          `json:"oneOf"`
	Properties  properties        `json:"properties"`
	Required    []string          `json:"required"`
	Additional  json.RawMessage   `json:"additionalProperties"`
	Items       *schema           `json:"items"`
	MinItems    int               `json:"minItems"`
	MaxItems    *int              `json:"maxItems"`
	MinLength   int               `json:"minLength"`
	MaxLength   *int              `json:"maxLength"`

	// What says nothing of what may come.
	Title       any `json:"title"`
	Description any `json:"description"`
	Default     any `json:"default"`
	Examples    any `json:"examples"`
	Comment     any `json:"$comment"`
	Schema      any `json:"$schema"`
	ID          any `json:"$id"`
	Strict      any `json:"strict"`
}

// oneOrMore is a text or a list of texts.
type oneOrMore []string

// UnmarshalJSON reads either.
func (o *oneOrMore) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(o))
}

// properties keep their order: a model writes them in it.
type properties []property

type property struct {
	name string
	schema
}

// UnmarshalJSON reads an object in its order.
func (p *properties) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("properties are no object (%w)", err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		one := property{name: key.(string)}
		if err := strict(raw, &one.schema); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		*p = append(*p, one)
	}
	return nil
}

// strict decodes and refuses what is not known.
func strict(raw []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// Schema makes a grammar of a JSON Schema: all JSON that it has comes out is valid, properties
// in their order, with no spaces but one after commas and colons. A keyword that cannot be
// kept to is an error.
func Schema(text []byte) (*Grammar, error) {
	var s schema
	if len(text) > maxGrammar {
		return nil, fmt.Errorf("%w: the schema has %d bytes, %d are the most", ErrGrammar, len(text), maxGrammar)
	}
	if err := strict(text, &s); err != nil {
		return nil, fmt.Errorf("%w: the schema: %w", ErrGrammar, err)
	}
	c := &converter{rules: jsonRules()}
	for prefix, list := range map[string]map[string]schema{"#/$defs/": s.Defs, "#/definitions/": s.Definitions} {
		for _, key := range slices.Sorted(maps.Keys(list)) {
			one := list[key]
			c.rules[name(prefix+key)] = c.schema(&one)
		}
	}
	c.rules["#"] = c.schema(&s)
	if c.err != nil {
		return nil, fmt.Errorf("%w: the schema: %w", ErrGrammar, c.err)
	}
	r, err := compile(c.rules, "#")
	if err != nil {
		return nil, err
	}
	return newGrammar(r), nil
}

// JSONObject is the grammar of any object.
func JSONObject() *Grammar {
	r, err := compile(jsonRules(), "object")
	if err != nil {
		panic(err) // of our own rules
	}
	return newGrammar(r)
}

// Digits of numbers, so that one ends.
const (
	maxDigits   = 15
	maxExponent = 2
)

// jsonRules are the rules of JSON (RFC 8259).
func jsonRules() map[name]expr {
	digit, hex := class{{'0', '9'}}, class{{'0', '9'}, {'a', 'f'}, {'A', 'F'}}
	whole := sequence{repeat{literal("-"), 0, 1}, choice{literal("0"), sequence{class{{'1', '9'}}, repeat{digit, 0, maxDigits}}}}
	return map[name]expr{
		"comma": literal(", "), "colon": literal(": "),
		"character": choice{class{{' ', '!'}, {'#', '['}, {']', utf8.MaxRune}},
			sequence{literal(`\`), choice{class{{'"', '"'}, {'\\', '\\'}, {'/', '/'}, {'b', 'b'}, {'f', 'f'}, {'n', 'n'}, {'r', 'r'}, {'t', 't'}}, sequence{literal("u00"), hex, hex}}}},
		"string":  sequence{literal(`"`), repeat{name("character"), 0, -1}, literal(`"`)},
		"integer": whole,
		"number": sequence{whole, repeat{sequence{literal("."), repeat{digit, 1, maxDigits}}, 0, 1},
			repeat{sequence{class{{'e', 'e'}, {'E', 'E'}}, repeat{class{{'+', '+'}, {'-', '-'}}, 0, 1}, repeat{digit, 1, maxExponent}}, 0, 1}},
		"boolean": choice{literal("true"), literal("false")},
		"null":    literal("null"),
		"value":   choice{name("string"), name("number"), name("object"), name("array"), name("boolean"), name("null")},
		"array":   list("[", "]", name("value"), 0, -1),
		"member":  sequence{name("string"), name("colon"), name("value")},
		"object":  list("{", "}", name("member"), 0, -1),
	}
}

// list is a number of parts with commas between them; most is -1 for any.
func list(open, end string, one expr, least, most int) expr {
	if most == 0 {
		return literal(open + end)
	}
	rest := most - 1
	if most < 0 {
		rest = -1
	}
	some := sequence{one, repeat{sequence{name("comma"), one}, max(least-1, 0), rest}}
	if least > 0 {
		return sequence{literal(open), some, literal(end)}
	}
	return sequence{literal(open), repeat{some, 0, 1}, literal(end)}
}

// converter makes expressions of schemas.
type converter struct {
	rules map[name]expr
	depth int
	err   error
}

func (c *converter) fail(format string, args ...any) expr {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
	return literal("")
}

func (c *converter) schema(s *schema) expr {
	if c.depth++; c.depth > maxNesting {
		return c.fail("it is deeper than %d", maxNesting)
	}
	defer func() { c.depth-- }()
	switch {
	case s.Ref != "":
		if s.Ref != "#" && !strings.HasPrefix(s.Ref, "#/$defs/") && !strings.HasPrefix(s.Ref, "#/definitions/") {
			return c.fail("$ref %q: references lead to # or into $defs", s.Ref)
		}
		return name(s.Ref)
	case s.Const != nil:
		return c.constant(s.Const)
	case s.Enum != nil:
		var out choice
		for _, v := range s.Enum {
			out = append(out, c.constant(v))
		}
		if len(out) == 0 {
			return c.fail("an enum has no values")
		}
		return out
	case len(s.AnyOf)+len(s.OneOf) > 0:
		var out choice
		for _, list := range [][]schema{s.AnyOf, s.OneOf} {
			for i := range list {
				out = append(out, c.schema(&list[i]))
			}
		}
		return out
	}
	types := s.Type
	if len(types) == 0 {
		switch {
		case s.Properties != nil:
			types = oneOrMore{"object"}
		case s.Items != nil:
			types = oneOrMore{"array"}
		default:
			return name("value")
		}
	}
	var out choice
	for _, t := range types {
		out = append(out, c.typed(t, s))
	}
	return out
}

func (c *converter) constant(raw json.RawMessage) expr {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return c.fail("%w", err)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return c.fail("%w", err)
	}
	return literal(b.String())
}

func (c *converter) typed(t string, s *schema) expr {
	switch t {
	case "object":
		return c.object(s)
	case "array":
		return c.array(s)
	case "string":
		if s.MinLength == 0 && s.MaxLength == nil {
			return name("string")
		}
		most := -1
		if s.MaxLength != nil {
			if most = *s.MaxLength; most < s.MinLength {
				return c.fail("maxLength is %d and minLength %d", most, s.MinLength)
			}
		}
		return sequence{literal(`"`), repeat{name("character"), s.MinLength, most}, literal(`"`)}
	case "number", "integer", "boolean", "null":
		return name(t)
	}
	return c.fail("there is no type %q", t)
}

func (c *converter) array(s *schema) expr {
	var one expr = name("value")
	if s.Items != nil {
		one = c.schema(s.Items)
	}
	most := -1
	if s.MaxItems != nil {
		if most = *s.MaxItems; most < s.MinItems {
			return c.fail("maxItems is %d and minItems %d", most, s.MinItems)
		}
	}
	return list("[", "]", one, s.MinItems, most)
}

// object has the properties in their order, those that are not required or not, and no
// others, unless there are none.
func (c *converter) object(s *schema) expr {
	if len(s.Additional) > 0 && string(s.Additional) != "false" && string(s.Additional) != "true" {
		var of schema
		if err := strict(s.Additional, &of); err != nil {
			return c.fail("additionalProperties: %w", err)
		}
		if len(s.Properties) > 0 {
			return c.fail("additionalProperties of a schema beside properties are not there")
		}
		return list("{", "}", sequence{name("string"), name("colon"), c.schema(&of)}, 0, -1)
	}
	if len(s.Properties) == 0 && string(s.Additional) != "false" {
		if len(s.Required) > 0 {
			return c.fail("%q is required and not described", s.Required[0])
		}
		return name("object")
	}
	for _, r := range s.Required {
		if !slices.ContainsFunc(s.Properties, func(p property) bool { return p.name == r }) {
			return c.fail("%q is required and not described", r)
		}
	}
	first, _ := c.members(s, 0)
	return sequence{literal("{"), first, literal("}")}
}

// members are the properties from i on: where none came before, and after one, which a comma
// follows.
func (c *converter) members(s *schema, i int) (first, later expr) {
	if i == len(s.Properties) {
		return literal(""), literal("")
	}
	p := &s.Properties[i]
	key, err := json.Marshal(p.name)
	if err != nil {
		return c.fail("%w", err), literal("")
	}
	member := sequence{literal(key), name("colon"), c.schema(&p.schema)}
	restFirst, restLater := c.members(s, i+1)
	// Each rest is used twice: as a rule of its own it stays one.
	after := c.named(restLater)
	first, later = sequence{member, after}, sequence{name("comma"), member, after}
	if !slices.Contains(s.Required, p.name) {
		first, later = choice{first, c.named(restFirst)}, choice{later, after}
	}
	return first, later
}

// named gives an expression a rule.
func (c *converter) named(e expr) name {
	n := name(fmt.Sprintf("rest %d", len(c.rules)))
	c.rules[n] = e
	return n
}
