// Command sieve counts the primes below a million, three times.
package main

import "pxos/pixelvm/px"

const most = 1_000_000

func count(composite []bool) int {
	n := 0
	for i := range composite {
		composite[i] = false
	}
	for i := 2; i < len(composite); i++ {
		if composite[i] {
			continue
		}
		n++
		for j := i * i; j < len(composite); j += i {
			composite[j] = true
		}
	}
	return n
}

func main() {
	composite := make([]bool, most)
	for range 3 {
		px.Int(count(composite))
	}
}
