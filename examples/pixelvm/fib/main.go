// Command fib prints a Fibonacci number by the slow recursion, for the Pixel VM and for
// plain Go.
package main

import "pxos/pixelvm/px"

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func main() { px.Int(fib(30)) }
