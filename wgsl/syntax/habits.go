package syntax

import "strings"

// What people write who come from C, GLSL, HLSL or an older WGSL, and what to
// write instead.

// foreignTypes are names of types elsewhere and their names here.
var foreignTypes = map[string]string{
	"float": "f32", "int": "i32", "uint": "u32", "unsigned": "u32", "half": "f16", "double": "f32",
	"vec2": "vec2f", "vec3": "vec3f", "vec4": "vec4f", "ivec2": "vec2i", "ivec3": "vec3i", "ivec4": "vec4i",
	"uvec2": "vec2u", "uvec3": "vec3u", "uvec4": "vec4u", "bvec2": "vec2<bool>", "bvec3": "vec3<bool>", "bvec4": "vec4<bool>",
	"float2": "vec2f", "float3": "vec3f", "float4": "vec4f", "int2": "vec2i", "int3": "vec3i", "int4": "vec4i",
	"uint2": "vec2u", "uint3": "vec3u", "uint4": "vec4u", "mat2": "mat2x2f", "mat3": "mat3x3f", "mat4": "mat4x4f",
	"float2x2": "mat2x2f", "float3x3": "mat3x3f", "float4x4": "mat4x4f", "sampler2D": "texture_2d<f32>",
	"Texture2D": "texture_2d<f32>", "SamplerState": "sampler",
}

// here gives the name that a type has in WGSL.
func here(typeName string) string {
	if t, ok := foreignTypes[typeName]; ok {
		return t
	}
	return typeName
}

// moduleHabits are words that begin a declaration elsewhere.
var moduleHabits = map[string]string{
	"layout":  "write @location(0), or @group(0) @binding(0), before the declaration",
	"uniform": "write @group(0) @binding(0) var<uniform> name: Type;", "cbuffer": "write @group(0) @binding(0) var<uniform> name: Type;",
	"buffer":             "write @group(0) @binding(0) var<storage, read_write> name: Type;",
	"StructuredBuffer":   "write @group(0) @binding(0) var<storage> name: array<Type>;",
	"RWStructuredBuffer": "write @group(0) @binding(0) var<storage, read_write> name: array<Type>;",
	"in":                 "inputs are parameters of the entry point: fn main(@location(0) name: Type)",
	"attribute":          "inputs are parameters of the entry point: fn main(@location(0) name: Type)",
	"out":                "outputs are the result of the entry point: -> @location(0) vec4f",
	"varying":            "they are members with @location(n) of a structure that the vertex stage returns and the fragment stage takes",
	"shared":             "write var<workgroup> name: Type;", "groupshared": "write var<workgroup> name: Type;",
	"typedef": "write alias Name = Type;", "using": "write alias Name = Type;", "type": "write alias Name = Type;",
	"precision": "there are no precision qualifiers: remove the line", "static": "write const, or var<private>",
	"void": "a function is written fn name() { }", "function": "a function is written fn name() { }",
	"def": "a function is written fn name() { }", "func": "a function is written fn name() { }",
	"import": "there are no modules: put the text of both together before it is compiled",
	"enum":   "there are no enumerations: write const Name = 0u; for each value",
	"class":  "write struct Name { member: Type, }; functions stand outside", "template": "there are no templates: write a function for each type",
	"interface": "there are no interfaces: write functions",
}

// statementHabits are words that begin a statement elsewhere.
var statementHabits = map[string]string{
	"goto": "there is no goto: use loop, break and continue", "fallthrough": "case bodies do not fall through: list several values in one case",
	"throw": "there are no exceptions: return a value that says what went wrong", "try": "there are no exceptions",
	"assert": "const_assert checks a constant expression; nothing checks at run time", "static_assert": "write const_assert condition;",
	"static": "write const, or var<private> outside the function", "mut": "write var for what changes, let for what does not",
	"elif": "write else if", "elseif": "write else if", "elsif": "write else if",
}

// explain says that something was wanted where the current token stands, and what
// to do where the token betrays a habit.
func (p *parser) explain(wanted string) (message, help string) {
	text := p.src.Text[p.tok.Start:p.tok.End]
	message = "expected " + wanted + ", found " + describe(p.src.Text, p.tok)
	switch p.tok.kind {
	case tBad:
		return p.explainBad(text, message)
	case tPlusPlus, tMinusMinus:
		if wanted == "a statement" {
			return message, "write the operator after the variable: i" + text + ";"
		}
		return "`" + text + "` is a statement and has no value: it cannot be part of an expression", "write i" + text + "; as a statement of its own, or i + 1"
	case tPlus:
		if wanted == "an expression" {
			return "there is no operator `+` before an operand", "remove the `+`"
		}
	case tAssign:
		if !strings.HasPrefix(wanted, "`") || strings.HasPrefix(wanted, "`:`") {
			break
		}
		return message, "`=` assigns and is a statement; to compare, write `==`"
	case tAddAssign, tSubAssign, tMulAssign, tDivAssign, tRemAssign, tAndAssign, tOrAssign, tXorAssign, tShlAssign, tShrAssign:
		return message, "an assignment is a statement and has no value: write it as a statement of its own"
	case tReserved:
		return message, statementHabits[text]
	case tArrow:
		return message, "a member is taken with a point: p.member"
	case tNumber:
		if strings.HasPrefix(text, ".") {
			return message, "components are taken by name or index: v.x, v[0]"
		}
	case tTemplateStart:
		return message, "only types, built-in functions and `var` take a template list"
	case tColon:
		if wanted == "an expression" || strings.HasPrefix(wanted, "`=`") {
			return message, "a name is declared with let, var or const: let name: Type = value;"
		}
	}
	return message, ""
}

func (p *parser) explainBad(text, message string) (string, string) {
	switch text {
	case "?":
		return "there is no operator `?:`", "write select(valueIfFalse, valueIfTrue, condition), or an if statement"
	case "#":
		return "there is no preprocessor: `#` begins nothing", "for #define write const; #include and #ifdef must be done before the text is compiled"
	case "\"", "'":
		return "there are no strings and characters", "write numbers"
	case "\\":
		return message, "statements may go over several lines: remove the backslash"
	case "$":
		return message, "names are made of letters, digits and underscores"
	}
	return message, "remove it"
}

// cStyle fails at `float x`, where the name before the current one was meant as
// its type.
func (p *parser) cStyle(typeSpan Span, declarer string) {
	typeText := p.src.Text[typeSpan.Start:typeSpan.End]
	name := p.src.Text[p.tok.Start:p.tok.End]
	declared := name + ": " + here(typeText)
	help := "write " + declared
	if declarer != "" {
		help = "write " + declarer + " " + declared
		if p.peek() == tAssign {
			help += " = …"
		}
		help += ";"
		if declarer == "var" && p.peek() == tAssign {
			help += " or, if it never changes, let"
		}
	}
	if p.peek() == tLeftParen && declarer != "" {
		help = "a function is written fn " + name + "(x: f32) -> " + here(typeText) + " { }"
	}
	p.fail(Span{typeSpan.Start, p.tok.End}, ruleGrammar, "the type "+quote(typeText)+" stands before the name "+quote(name), help)
}
