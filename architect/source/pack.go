package source

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
)

// maxPackedBytes bounds what Unpack takes into memory.
const maxPackedBytes = 64 << 20

// Pack gives the tree as bytes, to be kept beside the record of a cycle.
func (t Tree) Pack() ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if err := json.NewEncoder(z).Encode(t.files); err != nil {
		return nil, fmt.Errorf("pack the source: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack the source: %w", err)
	}
	return out.Bytes(), nil
}

// Unpack reads what Pack wrote.
func Unpack(packed []byte) (Tree, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return Tree{}, fmt.Errorf("unpack the source: %w", err)
	}
	files := map[string]string{}
	if err := json.NewDecoder(io.LimitReader(z, maxPackedBytes)).Decode(&files); err != nil {
		return Tree{}, fmt.Errorf("unpack the source: %w", err)
	}
	return Tree{files}, nil
}
