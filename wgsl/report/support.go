package report

import (
	"fmt"
	"strings"

	"pxos/wgsl/builtin"
	"pxos/wgsl/check"
)

// Support writes the table of what is supported, in Markdown, from the tables
// that the checker and the executors work by.
func Support() string {
	var b strings.Builder
	b.WriteString("# What WGSL is supported\n\n")
	b.WriteString("This page is written by `make docs` from the tables in the code; a test asks that it is fresh.\n\n")
	b.WriteString("## Extensions\n\n| name | kind | |\n|---|---|---|\n")
	for _, e := range check.Extensions {
		fmt.Fprintf(&b, "| `%s` | enable | checked%s |\n", e, map[bool]string{true: " and run", false: ""}[e == "f16" || e == "subgroups"])
	}
	for _, f := range check.Features {
		fmt.Fprintf(&b, "| `%s` | language | supported |\n", f)
	}
	for _, f := range check.UnsupportedFeatures {
		fmt.Fprintf(&b, "| `%s` | language | refused by name |\n", f)
	}
	b.WriteString("\n## Built-in functions\n\n")
	b.WriteString("Value constructors (`vec3<T>(…)`, `array<T, N>(…)`, structures, conversions) are all supported.\n\n")
	b.WriteString("| function | overloads | const | needs | run |\n|---|---|---|---|---|\n")
	for _, f := range builtin.Rows() {
		needs := f.Extension
		if needs == "" {
			needs = f.Feature
		}
		run := "yes"
		if f.NotRun != "" {
			run = f.NotRun
		}
		constant := ""
		if f.Const {
			constant = "yes"
		}
		fmt.Fprintf(&b, "| [`%s`](https://www.w3.org/TR/WGSL/#%s) | %d | %s | %s | %s |\n",
			f.Name(), f.Anchor, len(f.Overloads), constant, needs, run)
	}
	return b.String()
}
