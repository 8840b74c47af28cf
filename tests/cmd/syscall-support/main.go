// Command syscall-support prints the page docs/syscalls.md from the kernel's own table.
package main

import (
	"fmt"
	"strings"

	"pxos/kernel/linux"
)

func main() { fmt.Print(page()) }

func page() string {
	var there, absent strings.Builder
	count := map[string]int{}
	for n := range linux.Calls {
		name, level, gap := linux.Support(n)
		if name == "" {
			continue
		}
		count[level]++
		if level != "absent" {
			fmt.Fprintf(&there, "| %d | %s | %s | %s |\n", n, name, level, gap)
			continue
		}
		fmt.Fprintf(&absent, "%s ", name)
	}
	return fmt.Sprintf(`# System calls in ring 3

Linux/amd64's numbers and structures. This page is printed from the table that the kernel dispatches by (`+"`make docs`"+`):
%d calls are there in full, %d in part, %d are known by name alone. A call that is not there answers ENOSYS and is named once
in the report: `+"`pxos run`"+` tells.

| number | call | level | what is missing |
|---|---|---|---|
%s
Known by name alone: %s.
`, count["full"], count["partial"], count["absent"], there.String(), strings.Join(strings.Fields(absent.String()), ", "))
}
