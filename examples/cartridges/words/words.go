// Command words counts the lines, words and bytes of its input.
package main

import "pxos/pixelvm/px"

func main() {
	var buffer [4096]byte
	lines, words, bytes := 0, 0, 0
	within := false
	for {
		n := px.Input(bytes, buffer[:])
		if n == 0 {
			break
		}
		bytes += n
		for i := range n {
			c := buffer[i]
			blank := c == ' ' || c == '\n' || c == '\t' || c == '\r'
			if !blank && !within {
				words++
			}
			within = !blank
			if c == '\n' {
				lines++
			}
		}
	}
	px.Text("lines ")
	px.Int(lines)
	px.Text("words ")
	px.Int(words)
	px.Text("bytes ")
	px.Int(bytes)
}
