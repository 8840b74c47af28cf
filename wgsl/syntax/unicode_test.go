package syntax

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"
	"unicode/utf8"
)

// TestIdentifierProperties compares with what another implementation of Unicode
// 14.0.0 gives: the number of code points and the SHA-256 of their list, each as
// four bytes, the least first (CPython 3.11, str.isidentifier).
func TestIdentifierProperties(t *testing.T) {
	for _, c := range []struct {
		name  string
		has   func(rune) bool
		count int
		sum   string
	}{
		{"XID_Start", xidStart, 131974, "811ef4b45a40720cca108daaf02ce3d255eb5a529ad323e8fa25e4dfa47a9e18"},
		{"XID_Continue", xidContinue, 135053, "1e5eac42538610ad6c744f135e0a0eb4fb95219cae018d5e2131ef7f047e5a98"},
	} {
		count, sum := 0, sha256.New()
		for r := rune(0); r <= utf8.MaxRune; r++ {
			if utf8.ValidRune(r) && c.has(r) {
				count++
				var b [4]byte
				binary.LittleEndian.PutUint32(b[:], uint32(r))
				sum.Write(b[:])
			}
		}
		if got := hex.EncodeToString(sum.Sum(nil)); count != c.count || got != c.sum {
			t.Errorf("%s: %d code points with sum %s, want %d with %s", c.name, count, got, c.count, c.sum)
		}
	}
}
