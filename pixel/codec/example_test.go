package codec_test

import (
	"bytes"
	"fmt"

	"pxos/pixel/codec"
)

// A build that differs little from the one before costs little.
func Example() {
	monday := bytes.Repeat([]byte("call f; mov rax, rbx; ret; "), 1000)
	tuesday := bytes.Replace(monday, []byte("rbx"), []byte("rcx"), 1)

	stream, err := codec.Compress(tuesday, codec.Options{Level: codec.Default, Reference: monday})
	if err != nil {
		panic(err)
	}
	back, err := codec.Decompress(stream, codec.Limits{Reference: monday})
	fmt.Println(bytes.Equal(back, tuesday), err, len(stream) < 200)
	// Output: true <nil> true
}
