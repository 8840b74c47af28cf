// Command kernel is code for the gate's tests: every function whose name begins
// with bad breaks one rule of ring 0, every one whose name begins with good
// looks dangerous and keeps them all. It is linked and never run.
package main

func kentry()

func main() { kentry() }

// number and text keep the compiler from knowing values.
var (
	number int
	text   string
	bytes  []byte
	any1   any
)

// start makes everything reachable.
func start() {
	bad()
	good()
}
