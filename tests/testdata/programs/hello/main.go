// Command hello is the first program of ring 3: it says who it is and leaves with a
// status.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Printf("hello from %d arguments: %q\n", len(os.Args), os.Args)
	os.Exit(42)
}
