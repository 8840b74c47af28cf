// Command conformance-wgsl runs the conformance suite of the WGSL packages: the
// valid shaders on every executor and in headless Chromium, the invalid ones
// through the checker and Chromium. Exit code 1 if a case fails, or if a section
// of the specification has none.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"

	"pxos/tests/webgpu"
	suite "pxos/tests/wgsl"
	"pxos/wgsl"
)

type options struct {
	browser, json, verbose bool
	backends               []string
	section, names         string
}

func main() {
	var o options
	flag.BoolVar(&o.browser, "browser", true, "compare with headless Chromium")
	flag.BoolVar(&o.json, "json", false, "print the report as JSON")
	flag.BoolVar(&o.verbose, "v", false, "list the sections of the specification with their cases")
	flag.StringVar(&o.section, "section", "", "only the cases of the section with this anchor and those inside it")
	flag.StringVar(&o.names, "run", "", "only the cases whose names match this regular expression")
	backends := flag.String("backends", strings.Join(wgsl.Backends, ","), "the executors")
	flag.Parse()
	o.backends = strings.Split(*backends, ",")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	code, err := run(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance-wgsl:", err)
		code = 3
	}
	os.Exit(code)
}

func run(ctx context.Context, o options) (int, error) {
	var names *regexp.Regexp
	if o.names != "" {
		var err error
		if names, err = regexp.Compile(o.names); err != nil {
			return 2, err
		}
	}
	s, err := suite.Load(o.section, names)
	if err != nil {
		return 3, err
	}
	r := suite.NewReport()
	s.Judge(r)
	ready, results, err := s.Agreement(ctx, r, o.backends)
	if err != nil {
		return 3, err
	}
	if o.browser {
		done := 0
		err := s.Against(ctx, r, ready, results, func(*webgpu.Result) {
			if done++; done%200 == 0 {
				fmt.Fprintf(os.Stderr, "chromium  %d shaders done\n", done)
			}
		})
		if err != nil {
			return 3, err
		}
	}
	coverage := s.Coverage()
	if o.section != "" || names != nil {
		coverage = slices.DeleteFunc(coverage, func(c suite.Coverage) bool { return len(c.Run)+len(c.Accepted)+len(c.Refused) == 0 })
	} else {
		for i := range coverage {
			if why := coverage[i].Missing(); why != "" {
				r.Failures = append(r.Failures, suite.Failure{Case: "section " + coverage[i].Anchor, Why: "it has no case: it wants " + why})
			}
		}
	}
	if o.json {
		err = writeJSON(r, coverage)
	} else {
		write(o, r, coverage)
	}
	if len(r.Failures) > 0 {
		return 1, err
	}
	return 0, err
}

func writeJSON(r *suite.Report, coverage []suite.Coverage) error {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		*suite.Report
		Sections []suite.Coverage `json:"sections"`
	}{r, coverage})
}

func write(o options, r *suite.Report, coverage []suite.Coverage) {
	if o.verbose {
		suite.WriteSections(os.Stdout, coverage)
	}
	if o.section == "" && o.names == "" {
		suite.WriteChapters(os.Stdout, coverage)
	}
	for _, k := range r.Known {
		fmt.Printf("KNOWN %s: %s\n", k.Case, k.Why)
	}
	for _, f := range r.Failures {
		fmt.Printf("FAIL %s: %s\n", f.Case, f.Why)
	}
	against := o.backends
	if o.browser {
		against = append(against, "chromium")
	}
	fmt.Printf("valid     %d shaders run, %d accepted\n", r.Valid, r.Checked)
	for _, b := range against {
		fmt.Printf("          %-9s %d agree with %s\n", b, r.Agreed[b], o.backends[0])
	}
	fmt.Printf("          %d runs that an executor is known to refuse\n", r.Without)
	fmt.Printf("invalid   %d shaders, each with a twin that passes\n", r.Invalid)
	if o.browser {
		fmt.Printf("known     %d cases in which Chromium differs, each with its reason\n", len(r.Known))
		fmt.Printf("lacking   %d cases for which the browser's device has no feature\n", len(r.Lacking))
	}
	fmt.Printf("failures  %d\n", len(r.Failures))
}
