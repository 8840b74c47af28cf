// Command wgsl-support prints the page docs/wgsl-support.md.
package main

import (
	"fmt"

	"pxos/wgsl/report"
)

func main() { fmt.Print(report.Support()) }
