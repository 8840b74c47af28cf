package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// pngMagic is how a PNG file begins (PNG specification, third edition, section 5.2).
const pngMagic = "\x89PNG\r\n\x1a\n"

// look walks over a file's chunks and refuses pictures that cannot be ours, so that the
// error says what the file is.
func look(file []byte) error {
	if !bytes.HasPrefix(file, []byte(pngMagic)) {
		return fmt.Errorf("byte 0: %s: %w", otherFile(file), ErrFormat)
	}
	for at := len(pngMagic); at+8 <= len(file); {
		n, name := binary.BigEndian.Uint32(file[at:]), string(file[at+4:at+8])
		switch {
		case name == "acTL":
			return fmt.Errorf("byte %d: an animated PNG: %w", at, ErrFormat)
		case name == "IHDR" && n >= 13 && at+8+13 <= len(file) && file[at+8+8] == 16:
			return fmt.Errorf("byte %d: a PNG of 16 bits a colour, pixel pictures have 8: save it with 8: %w", at+8+8, ErrFormat)
		case name == "IEND":
			return nil
		}
		at += 12 + int(n)
	}
	return nil
}

func otherFile(file []byte) string {
	for _, k := range []struct{ start, name string }{{"\xFF\xD8", "a JPEG"}, {"GIF8", "a GIF"}, {"RIFF", "a WebP or another RIFF file"},
		{"BM", "a BMP"}, {"\x89PX\n", "a pixel stream that is not in a picture"}} {
		if bytes.HasPrefix(file, []byte(k.start)) {
			return k.name + ", not a PNG"
		}
	}
	return "not a PNG"
}

func chunk(name string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, name...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}
