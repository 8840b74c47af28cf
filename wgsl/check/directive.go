package check

import (
	"slices"

	"pxos/wgsl/syntax"
)

// Extensions are the enable-extensions of the specification; all are supported by
// the checker ("Enable Extensions").
var Extensions = []string{"f16", "clip_distances", "dual_source_blending", "subgroups", "primitive_index", "subgroup_size_control"}

// Features are the language extensions of the specification that are supported
// ("Language Extensions").
var Features = []string{
	"readonly_and_readwrite_storage_textures", "packed_4x8_integer_dot_product", "unrestricted_pointer_parameters",
	"pointer_composite_access", "uniform_buffer_standard_layout", "subgroup_id", "texture_and_sampler_let",
	"texture_formats_tier1", "linear_indexing", "immediate_address_space", "fragment_depth", "subgroup_uniformity",
}

// UnsupportedFeatures are those that are refused by name.
var UnsupportedFeatures = []string{"buffer_view"}

// filter is a diagnostic filter ("Diagnostic Filtering").
type filter struct {
	affected syntax.Span
	rule     string
}

var severities = map[string]syntax.Severity{
	"error": syntax.Error, "warning": syntax.Warning, "info": syntax.Info, "off": syntax.Off,
}

func (c *checker) directives() {
	whole := c.wholeModule()
	for _, d := range c.file.Directives {
		switch d := d.(type) {
		case *syntax.EnableDirective:
			for _, n := range d.Names {
				c.enable(n)
			}
		case *syntax.RequiresDirective:
			for _, n := range d.Names {
				c.require(n)
			}
		case *syntax.DiagnosticDirective:
			c.filter(whole, &d.Control)
		}
	}
}

// wholeModule is the range of a directive; no attribute has it.
func (c *checker) wholeModule() syntax.Span {
	return syntax.Span{Start: 0, End: syntax.Pos(len(c.file.Source.Text)) + 1}
}

func (c *checker) enable(n syntax.Ident) {
	if !slices.Contains(Extensions, n.Name) {
		help := "remove it; known are f16, clip_distances, dual_source_blending, subgroups, primitive_index and subgroup_size_control"
		if slices.Contains(Features, n.Name) {
			help = "a language extension needs no enable; write requires instead, or nothing"
		}
		c.errorf(n.Span, "enable-extensions-sec", help, "the extension %q is not supported", n.Name)
		return
	}
	if slices.Contains(c.opts.NoExtensions, n.Name) {
		c.errorf(n.Span, "enable-extensions-sec", "run on a device that has it", "the device does not have the extension %q", n.Name)
		return
	}
	if !c.enabled[n.Name] {
		c.module.Enabled = append(c.module.Enabled, n.Name)
	}
	c.enabled[n.Name] = true
	if n.Name == "subgroup_size_control" {
		c.enabled["subgroups"] = true
	}
}

// needs says whether an extension is enabled; where it is not, the first use is
// reported, and the others are silent.
func (c *checker) needs(extension string, span syntax.Span, what string) bool {
	if c.enabled[extension] {
		return true
	}
	if !c.missing[extension] {
		c.errorf(span, "enable-extensions-sec", "write `enable "+extension+";` at the top of the module", "%s needs the extension %s", what, extension)
	}
	c.failed = true
	c.missing[extension] = true
	return false
}

func (c *checker) require(n syntax.Ident) {
	if slices.Contains(Features, n.Name) {
		if !slices.Contains(c.module.Required, n.Name) {
			c.module.Required = append(c.module.Required, n.Name)
		}
		return
	}
	help := "remove it"
	if near := closest(n.Name, Features); near != "" {
		help = "did you mean " + near + "?"
	}
	c.errorf(n.Span, "language-extensions-sec", help, "the language extension %q is not supported", n.Name)
}

// filter records a diagnostic filter for a range of the source. An unknown
// triggering rule without a dot gives a warning, as the specification asks.
func (c *checker) filter(affected syntax.Span, d *syntax.DiagnosticControl) {
	severity, ok := severities[d.Severity.Name]
	if !ok {
		c.errorf(d.Severity.Span, "diagnostic-severity-control-names", "write error, warning, info or off",
			"%q is no severity", d.Severity.Name)
		return
	}
	rule := d.Rule.Name
	if rule != "derivative_uniformity" && rule != "subgroup_uniformity" && !slices.Contains([]byte(rule), '.') {
		c.diags = append(c.diags, diagnostic(syntax.Warning, d.Rule.Span, "diagnostic-rule-names",
			"known are derivative_uniformity and subgroup_uniformity", "the diagnostic rule %q is not known", rule))
	}
	f := filter{affected, rule}
	old, twice := c.filters[f]
	switch {
	case twice && old != severity:
		c.errorf(d.Span, "diagnostic-filtering", "keep one of them",
			"two diagnostic filters for %q at one place ask for different severities", rule)
	case twice && affected != c.wholeModule(): // a directive may be repeated
		c.errorf(d.Span, "diagnostic-attr", "keep one of them", "two @diagnostic attributes at one place name the rule %q", rule)
	}
	c.filters[f] = severity
	if len(c.filters) > maxFilters {
		c.errorf(d.Span, "limits", "use one filter for a larger range", "the module has more than %d diagnostic filters", maxFilters)
	}
}

// maxFilters bounds the search for the nearest filter.
const maxFilters = 4096

// severity is what the nearest enclosing filter of a place says about a rule.
func (c *checker) severity(at syntax.Pos, rule string) syntax.Severity {
	best := syntax.Error
	size := syntax.Pos(-1)
	for f, severity := range c.filters {
		if f.rule == rule && f.affected.Start <= at && at < f.affected.End {
			if n := f.affected.End - f.affected.Start; size < 0 || n < size {
				best, size = severity, n
			}
		}
	}
	return best
}

// rangeFilters reads the @diagnostic attributes of a statement or function.
func (c *checker) rangeFilters(affected syntax.Span, attrs []*syntax.Attribute, place string) {
	for _, a := range attrs {
		if a.Name.Name != "diagnostic" {
			c.errorf(a.Span, "attributes", "remove it", "the attribute @%s may not stand before %s", a.Name.Name, place)
			continue
		}
		if a.Control != nil {
			c.filter(affected, a.Control)
		}
	}
}
