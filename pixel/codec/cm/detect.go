package cm

import (
	"bytes"
	"cmp"
	"debug/elf"
	"debug/pe"
	"slices"
)

// What follows guesses what the data is. The guess goes into the body, so a decoder
// needs none of it, and a wrong guess costs bytes only.

// region is a stretch of which a file's headers say what it is.
type region struct {
	begin, end int
	as         Segment // its Bytes are not used
	known      bool    // else only its bounds are
}

// windowBytes is how finely what no header describes is looked at.
const windowBytes = 16 << 10

// detect cuts data into segments.
func detect(data []byte) []Segment {
	var out []Segment
	at := 0
	for _, r := range regions(data) {
		out = appendGuess(out, data, at, r.begin)
		if r.known {
			out = appendKnown(out, data, r)
		} else {
			out = appendGuess(out, data, r.begin, r.end)
		}
		at = r.end
	}
	out = appendGuess(out, data, at, len(data))
	if len(out) > maxSegments(len(data)) {
		return []Segment{{Bytes: len(data)}}
	}
	return out
}

// appendSegment adds n bytes like s, to the last segment if that is of the same sort. A
// transform counts from its segment's start, so those are not joined.
func appendSegment(out []Segment, s Segment, n int) []Segment {
	if n == 0 {
		return out
	}
	s.Bytes = n
	if k := len(out) - 1; k >= 0 && s.Transform == transformNone {
		last := out[k]
		last.Bytes = n
		if last == s {
			out[k].Bytes += n
			return out
		}
	}
	return append(out, s)
}

// appendKnown adds a region of which the headers say what it is, but for the noise in it:
// a kernel that unpacks itself says of all of itself that it is code.
func appendKnown(out []Segment, data []byte, r region) []Segment {
	start, noisy := r.begin, false
	as := func() Segment {
		if noisy {
			return Segment{Kind: kindRaw}
		}
		return r.as
	}
	for at := r.begin; at < r.end; at += windowBytes {
		if raw := looksRaw(data[at:min(at+windowBytes, r.end)]); raw != noisy {
			out = appendSegment(out, as(), at-start)
			start, noisy = at, raw
		}
	}
	return appendSegment(out, as(), r.end-start)
}

// appendGuess adds segments for data[begin:end], by what the bytes look like. Windows
// that look alike are one segment.
func appendGuess(out []Segment, data []byte, begin, end int) []Segment {
	var last Segment
	start := begin
	for at := begin; at < end; {
		next := min(at+windowBytes, end)
		if end-next < windowBytes/2 {
			next = end
		}
		if at == begin && at&3 != 0 && next-at > 4 {
			next = at + 4 - at&3 // records lie at multiples of four
		}
		s := guess(data[at:next], last)
		if at > begin && s != last {
			out = appendSegment(out, last, at-start)
			start = at
		}
		last, at = s, next
	}
	if end > begin {
		out = appendSegment(out, last, end-start)
	}
	return out
}

// guess says what a window looks like; last is what the window before it was, which is
// kept when in doubt.
func guess(p []byte, last Segment) Segment {
	switch {
	case looksText(p):
		return Segment{Kind: kindText}
	case looksX86(p):
		return Segment{Kind: kindX64, Transform: transformX86}
	case looksRaw(p):
		return Segment{Kind: kindRaw}
	case looksAscending(p):
		return Segment{Kind: kindData, Stride: 4, Transform: transformDelta32}
	}
	keep := 0
	if last.Kind == kindData && last.Transform == transformNone {
		keep = last.Stride
	}
	return Segment{Kind: kindData, Stride: strideOf(p, keep)}
}

// looksText says that nearly all bytes are of text, zeros between strings included.
func looksText(p []byte) bool {
	text, zeros := 0, 0
	for _, c := range p {
		switch {
		case c >= ' ' && c < 127 || c == '\n' || c == '\t' || c == '\r':
			text++
		case c == 0:
			zeros++
		}
	}
	return (text+zeros)*20 >= len(p)*19 && zeros*5 < len(p)
}

// looksX86 counts pairs of bytes that are common in 64-bit code alone.
func looksX86(p []byte) bool {
	n := 0
	for i := 0; i+4 < len(p); i++ {
		switch p[i] {
		case 0x48, 0x4C:
			switch p[i+1] {
			case 0x89, 0x8B, 0x8D, 0x83, 0x85, 0x39, 0x3B, 0xC7, 0x01, 0x29, 0x63:
				n++
			}
		case 0x0F:
			if p[i+1]&0xF0 == 0x80 || p[i+1] == 0xB6 || p[i+1] == 0xB7 || p[i+1] == 0x1F {
				n++
			}
		case 0xE8:
			if p[i+4] == 0 || p[i+4] == 0xFF {
				n++
			}
		}
	}
	return len(p) >= 64 && n*40 > len(p)
}

// looksRaw says that the bytes are as even as noise: what is compressed or encrypted.
// The sum of squares of the counts of n even bytes is about n*n/256 + n.
func looksRaw(p []byte) bool {
	if len(p) < 4096 {
		return false
	}
	var counts [256]int
	for _, c := range p {
		counts[c]++
	}
	sum := 0
	for _, n := range counts {
		sum += n * n
	}
	n := len(p)
	return sum < n*n/256+n+n/4 && !repeats(p)
}

// repeats says that groups of four bytes come again within a window, as they hardly do
// in noise.
func repeats(p []byte) bool {
	seen := make(map[uint32]bool, len(p))
	again := 0
	for i := 0; i+4 <= len(p); i++ {
		v := word32(p[i:])
		if seen[v] {
			again++
		}
		seen[v] = true
	}
	return again*1000 > len(p)
}

// looksAscending says that 32-bit words differ little from one to the next, though
// they are large: a list of addresses or offsets.
func looksAscending(p []byte) bool {
	if len(p) < 256 {
		return false
	}
	near, large, same := 0, 0, 0
	last := word32(p)
	for i := 4; i+4 <= len(p); i += 4 {
		v := word32(p[i:])
		d := int32(v - last)
		if d > -4096 && d < 4096 {
			near++
		}
		if d == 0 {
			same++
		}
		if v > 4096 && v < 1<<32-4096 {
			large++
		}
		last = v
	}
	n := len(p)/4 - 1
	return near*10 > n*9 && large*10 > n*9 && same*2 < n
}

// maxStrideTried bounds the records that are looked for.
const maxStrideTried = 64

// strideOf is the distance at which most bytes come again, 0 if there is none; keep is
// preferred where it is nearly as good.
func strideOf(p []byte, keep int) int {
	p = p[:min(len(p), windowBytes/2)]
	if len(p) < 2*maxStrideTried {
		return keep
	}
	var score [maxStrideTried + 1]int
	used := 0
	for i := maxStrideTried; i < len(p); i++ {
		c := p[i]
		if c == 0 {
			continue
		}
		used++
		for s := 2; s <= maxStrideTried; s++ {
			if p[i-s] == c {
				score[s]++
			}
		}
	}
	best := 2
	for s := range score {
		if score[s] > score[best]+score[best]/20 { // a multiple is hardly better than the record itself
			best = s
		}
	}
	if keep >= 2 && keep <= maxStrideTried && score[keep]*10 >= score[best]*9 {
		best = keep
	}
	if score[best]*8 < used {
		return 0
	}
	return best
}

// regions are what the headers of an ELF or PE file tell, in order, apart from each
// other.
func regions(data []byte) []region {
	var list []region
	switch {
	case bytes.HasPrefix(data, []byte(elf.ELFMAG)):
		list = elfRegions(data)
	case bytes.HasPrefix(data, []byte("MZ")):
		list = peRegions(data)
	default:
		list = packedRegions(data)
	}
	slices.SortStableFunc(list, func(a, b region) int { return cmp.Compare(a.begin, b.begin) })
	at := 0
	return slices.DeleteFunc(list, func(r region) bool {
		if r.begin < at || r.end <= r.begin || r.end > len(data) {
			return true
		}
		at = r.end
		return false
	})
}

// archiveAlign is where files begin in a tar archive; those in an ISO image lie at such
// places too.
const archiveAlign = 512

// packedRegions are those of ELF files that lie in an archive.
func packedRegions(data []byte) (list []region) {
	for at := archiveAlign; at < len(data); at += archiveAlign {
		if !bytes.HasPrefix(data[at:], []byte(elf.ELFMAG)) {
			continue
		}
		end := at
		for _, r := range elfRegions(data[at:]) {
			r.begin, r.end = r.begin+at, r.end+at
			end = max(end, min(r.end, len(data)))
			list = append(list, r)
		}
		at += (end - at) / archiveAlign * archiveAlign
	}
	return list
}

// codeSegments are what code is, by machine.
var (
	codeX64   = Segment{Kind: kindX64, Transform: transformX86}
	codeX32   = Segment{Kind: kindX32, Transform: transformX86}
	codeARM64 = Segment{Kind: kindData, Stride: 4, Transform: transformARM64}
)

func elfRegions(data []byte) []region {
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil // headers that cannot be read describe nothing
	}
	code, known := map[elf.Machine]Segment{elf.EM_X86_64: codeX64, elf.EM_386: codeX32, elf.EM_AARCH64: codeARM64}[f.Machine]
	var list []region
	for _, s := range f.Sections {
		if s.Type == elf.SHT_NOBITS || s.Type == elf.SHT_NULL || s.Offset > uint64(len(data)) || s.FileSize > uint64(len(data)) {
			continue
		}
		r := region{begin: int(s.Offset), end: int(s.Offset + s.FileSize)}
		switch {
		case s.Flags&elf.SHF_EXECINSTR != 0:
			r.as, r.known = code, known
		case s.Type == elf.SHT_SYMTAB, s.Type == elf.SHT_DYNSYM, s.Type == elf.SHT_RELA, s.Type == elf.SHT_REL:
			if s.Entsize <= maxStride {
				r.as, r.known = Segment{Kind: kindData, Stride: int(s.Entsize)}, true
			}
		case s.Type == elf.SHT_STRTAB:
			r.as, r.known = Segment{Kind: kindText}, true
		}
		list = append(list, r)
	}
	if len(list) == 0 { // a stripped kernel has segments alone
		for _, p := range f.Progs {
			if p.Type == elf.PT_LOAD && p.Off <= uint64(len(data)) && p.Filesz <= uint64(len(data)) {
				list = append(list, region{begin: int(p.Off), end: int(p.Off + p.Filesz), as: code, known: known && p.Flags == elf.PF_X|elf.PF_R})
			}
		}
	}
	return list
}

func peRegions(data []byte) []region {
	f, err := pe.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	code, known := map[uint16]Segment{pe.IMAGE_FILE_MACHINE_AMD64: codeX64, pe.IMAGE_FILE_MACHINE_I386: codeX32, pe.IMAGE_FILE_MACHINE_ARM64: codeARM64}[f.Machine]
	var list []region
	for _, s := range f.Sections {
		r := region{begin: int(s.Offset), end: int(s.Offset) + int(s.Size)}
		if s.Characteristics&pe.IMAGE_SCN_CNT_CODE != 0 {
			r.as, r.known = code, known
		}
		list = append(list, r)
	}
	return list
}

// Look is what data looks like, in the coarse.
type Look uint8

// Looks.
const (
	LookTable Look = iota
	LookText
	LookCode
	LookNoise
)

// Stretch is so many bytes that look alike.
type Stretch struct {
	Bytes int
	Look  Look
}

// Survey is what Encode takes the parts of data for.
func Survey(data []byte) (list []Stretch) {
	for _, s := range detect(data) {
		look := LookTable
		switch {
		case s.Transform == transformX86 || s.Transform == transformARM64:
			look = LookCode
		case s.Kind == kindText:
			look = LookText
		case s.Kind == kindRaw:
			look = LookNoise
		}
		list = append(list, Stretch{s.Bytes, look})
	}
	return list
}
