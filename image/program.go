package image

import (
	"encoding/binary"
	"fmt"
	"strings"

	"pxos/abi"
)

// Package puts a program for ring 3 and its arguments, the first of which is its own
// name, into the form in which the kernel takes it as a module.
func Package(program []byte, arguments []string) ([]byte, error) {
	var text []byte
	for _, a := range arguments {
		if strings.ContainsRune(a, 0) {
			return nil, fmt.Errorf("the argument %q holds a NUL", a)
		}
		text = append(append(text, a...), 0)
	}
	if len(text) > abi.MaxArgumentBytes {
		return nil, fmt.Errorf("arguments of %d bytes, at most %d fit", len(text), abi.MaxArgumentBytes)
	}
	at := (abi.PackageHeader + len(text) + pageBytes - 1) / pageBytes * pageBytes
	out := make([]byte, at, at+len(program))
	le := binary.LittleEndian
	le.PutUint64(out, abi.PackageMagic)
	le.PutUint64(out[abi.PackageProgram:], uint64(at))
	le.PutUint64(out[abi.PackageBytes:], uint64(len(program)))
	le.PutUint64(out[abi.PackageArguments:], uint64(len(text)))
	copy(out[abi.PackageHeader:], text)
	return append(out, program...), nil
}
