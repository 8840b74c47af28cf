package pixelvm_test

import (
	"context"
	"fmt"

	"pxos/pixelvm"
)

// A source becomes a program, is verified, and runs within its fuel.
func Example() {
	program, err := pixelvm.Assemble(`
memory 0
func main () (i64)
    PUSH 6
    PUSH 7
    MUL
    RET
end`)
	if err != nil {
		panic(err)
	}
	verified, err := pixelvm.Verify(program)
	if err != nil {
		panic(err)
	}
	result, err := pixelvm.Fast{}.Run(context.Background(), verified, pixelvm.Config{Fuel: 1000})
	fmt.Println(result.Values, result.Fuel, err)
	// Output: [42] 4 <nil>
}
