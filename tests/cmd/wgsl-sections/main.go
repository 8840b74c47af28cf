// Command wgsl-sections renews tests/wgsl/sections.txt: it reads the source of the
// WGSL specification (gpuweb's wgsl/index.bs) from the standard input and prints
// the table with the sections found there, in their order.
//
// What the table says of a section that it knows is kept. A new section comes out
// with the kind "?", which the suite refuses until somebody has read the section.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	suite "pxos/tests/wgsl"
)

// heading is a line such as `### Vector Types ### {#vector-types}`.
var heading = regexp.MustCompile(`^(#+)\s+(.*?)\s*#*\s*\{#([A-Za-z0-9_-]+)\}`)

func main() {
	if err := renew(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "wgsl-sections:", err)
		os.Exit(1)
	}
}

func renew(in io.Reader, out io.Writer) error {
	known := map[string]suite.Section{}
	for _, s := range suite.Sections() {
		known[s.Anchor] = s
	}
	var numbers []int
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	found := 0
	for lines.Scan() {
		m := heading.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		found++
		numbers = count(numbers, len(m[1]))
		s := known[m[3]]
		if s.Kind == "" {
			s.Kind = "?"
		}
		s.Number, s.Anchor, s.Title = number(numbers), m[3], strings.ReplaceAll(m[2], "`", "")
		fmt.Fprintln(out, s.Line())
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if found == 0 {
		return fmt.Errorf("no heading in the text: give it wgsl/index.bs")
	}
	return nil
}

// count goes on to the next section of a level, 1 being a chapter.
func count(numbers []int, level int) []int {
	for len(numbers) < level {
		numbers = append(numbers, 0)
	}
	numbers = numbers[:level]
	numbers[level-1]++
	return numbers
}

func number(parts []int) string {
	var out []string
	for _, n := range parts {
		out = append(out, fmt.Sprint(n))
	}
	return strings.Join(out, ".")
}
