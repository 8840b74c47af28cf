package fs

import "pxos/kernel/sys"

// Where the fields of a tar's header are, and the types of entries. POSIX's pax
// interchange format, and GNU's extensions to the older one.
const (
	block = 512

	fieldName, endName        = 0, 100
	fieldMode, endMode        = 100, 108
	fieldSize, endSize        = 124, 136
	fieldTime, endTime        = 136, 148
	fieldSum, endSum          = 148, 156
	fieldType                 = 156
	fieldLink, endLink        = 157, 257
	fieldMagic, endMagic      = 257, 263
	fieldMajor, endMajor      = 329, 337
	fieldMinor, endMinor      = 337, 345
	fieldPrefix, endPrefix    = 345, 500
	typeHardLink, typeSymlink = '1', '2'
	typeCharacter, typeBlock  = '3', '4'
	typeDirectory, typeFifo   = '5', '6'
	typeRegular               = '0'
	typeContiguous            = '7'
	typeGNUName, typeGNULink  = 'L', 'K'
	typePax, typePaxGlobal    = 'x', 'g'
	nanoseconds               = 1_000_000_000
	maxSeconds                = 1 << 33 // a time beyond it is a mistake
)

// span is a part of the tar.
type span struct{ at, length uint64 }

// item is one entry of a tar, checked as far as it can be by itself.
type item struct {
	link   span // what a link names, never empty there
	data   span
	mtime  uint64 // ns
	device uint64
	mode   uint32
	kind   Kind // a hard link has none
}

// reader goes through a tar.
type reader struct {
	tar []byte
	at  uint64 // of the next header
	// What extended headers said of the next entry; a length of 0: nothing.
	path, link, size, mtime span
	joined                  [endName - fieldName + 1 + endPrefix - fieldPrefix]byte
}

func (r *reader) bytes(p span) []byte { return r.tar[p.at : p.at+p.length] }

// next gives the next entry and its path, relative to the root, not yet cut into
// components and good until the next call. An empty path is the end, which must be
// there. The path is no part of the item: a pointer to the reader that is stored
// through another would put the reader on a heap.
func (r *reader) next(it *item) (path []byte, err sys.Errno) {
	for {
		if uint64(len(r.tar))-r.at < block {
			return nil, sys.EINVAL
		}
		head := r.tar[r.at : r.at+block]
		if zeros(head) {
			if r.path.length|r.link.length|r.size.length|r.mtime.length != 0 {
				return nil, sys.EINVAL
			}
			return nil, 0
		}
		if !summed(head) {
			return nil, sys.EINVAL
		}
		*it = item{data: span{at: r.at + block}}
		if !r.measure(head, it) {
			return nil, sys.EINVAL
		}
		r.at = it.data.at + (it.data.length+block-1)&^(block-1)
		switch head[fieldType] {
		case typeGNUName:
			r.path = r.text(it.data)
		case typeGNULink:
			r.link = r.text(it.data)
		case typePax:
			if !r.records(it.data) {
				return nil, sys.EINVAL
			}
		case typePaxGlobal: // comments
		default:
			path = r.name(head)
			good := clean(path) && r.fill(head, path, it)
			r.path, r.link, r.size, r.mtime = span{}, span{}, span{}, span{}
			if !good {
				return nil, sys.EINVAL
			}
			return path, 0
		}
	}
}

// measure finds how long the data of an entry is; types that have none may claim
// some.
func (r *reader) measure(head []byte, it *item) bool {
	size, ok := number(head[fieldSize:endSize])
	switch head[fieldType] {
	case typeHardLink, typeSymlink, typeCharacter, typeBlock, typeDirectory, typeFifo:
		return ok
	case typeGNUName, typeGNULink, typePax, typePaxGlobal:
	default:
		if r.size.length != 0 {
			size, ok = decimal(r.bytes(r.size))
		}
	}
	if left := uint64(len(r.tar)) - it.data.at; !ok || size > left || (size+block-1)&^(block-1) > left {
		return false
	}
	it.data.length = size
	return true
}

// fill reads the rest of the header of an entry itself.
func (r *reader) fill(head, path []byte, it *item) bool {
	mode, ok := number(head[fieldMode:endMode])
	if !ok {
		return false
	}
	it.mode = uint32(mode) & permissions
	if it.mtime, ok = r.time(head); !ok {
		return false
	}
	it.link = r.link
	if it.link.length == 0 {
		it.link = r.text(span{it.data.at - block + fieldLink, endLink - fieldLink})
	}
	switch head[fieldType] {
	case 0, typeRegular, typeContiguous:
		it.kind = Regular
		if path[len(path)-1] == '/' && head[fieldType] == 0 {
			it.kind = Directory // as before POSIX
		}
	case typeHardLink:
		return clean(r.bytes(it.link))
	case typeSymlink:
		it.kind = Symlink
		target := r.bytes(it.link)
		return len(target) > 0 && len(target) < sys.PATH_MAX && !hasNUL(target)
	case typeCharacter:
		it.kind = Character
	case typeBlock:
		it.kind = Block
	case typeDirectory:
		it.kind = Directory
	case typeFifo:
		it.kind = Fifo
	default: // sparse files, continued volumes: what is here would not be the file
		return false
	}
	if it.kind == Character || it.kind == Block {
		major, ok1 := number(head[fieldMajor:endMajor])
		minor, ok2 := number(head[fieldMinor:endMinor])
		it.device = device(major, minor)
		return ok1 && ok2
	}
	return true
}

// device makes a number as stat has it.
func device(major, minor uint64) uint64 {
	return minor&0xFF | (major&0xFFF)<<8 | (minor&^0xFF)<<12&0xFFFFF00000 | (major&^0xFFF)<<32
}

// name is the path of an entry; it may lie in joined, until the next entry.
func (r *reader) name(head []byte) []byte {
	if r.path.length != 0 {
		return r.bytes(r.path)
	}
	name := untilNUL(head[fieldName:endName])
	if string(head[fieldMagic:endMagic]) != "ustar\x00" || head[fieldPrefix] == 0 {
		return name
	}
	n := copy(r.joined[:], untilNUL(head[fieldPrefix:endPrefix]))
	r.joined[n] = '/'
	n++
	n += copy(r.joined[n:], name)
	return r.joined[:n]
}

// time is when an entry was changed, in ns. What lies before 1970 counts as 1970.
func (r *reader) time(head []byte) (uint64, bool) {
	if r.mtime.length == 0 {
		if head[fieldTime] == 0xFF { // GNU's binary form of a number below 0
			return 0, true
		}
		seconds, ok := number(head[fieldTime:endTime])
		return seconds * nanoseconds, ok && seconds < maxSeconds
	}
	text := r.bytes(r.mtime)
	if text[0] == '-' {
		return 0, true
	}
	n := 0
	for n < len(text) && text[n] != '.' {
		n++
	}
	seconds, ok := decimal(text[:n])
	if !ok || seconds >= maxSeconds {
		return 0, false
	}
	ns := seconds * nanoseconds
	for unit := uint64(nanoseconds / 10); n+1 < len(text); unit /= 10 {
		n++
		if text[n] < '0' || text[n] > '9' {
			return 0, false
		}
		ns += uint64(text[n]-'0') * unit
	}
	return ns, true
}

// records reads an extended header: lines of "length key=value".
func (r *reader) records(p span) bool {
	for p.length > 0 {
		text := r.bytes(p)
		n := uint64(0)
		for n < p.length && text[n] != ' ' {
			n++
		}
		length, ok := decimal(text[:n])
		if !ok || length > p.length || length < n+3 || text[length-1] != '\n' {
			return false
		}
		key := n + 1
		equals := key
		for equals < length-1 && text[equals] != '=' {
			equals++
		}
		if equals == length-1 {
			return false
		}
		value := span{p.at + equals + 1, length - equals - 2}
		switch name := text[key:equals]; string(name) {
		case "path":
			r.path = value
		case "linkpath":
			r.link = value
		case "size":
			r.size = value
		case "mtime":
			r.mtime = value
		default:
			if len(name) >= 10 && string(name[:10]) == "GNU.sparse" {
				return false
			}
		}
		p = span{p.at + length, p.length - length}
	}
	return true
}

// text is what a field or GNU's long name holds: all up to a NUL.
func (r *reader) text(p span) span {
	return span{p.at, uint64(len(untilNUL(r.bytes(p))))}
}

func untilNUL(b []byte) []byte {
	for i, c := range b {
		if c == 0 {
			return b[:i]
		}
	}
	return b
}

func hasNUL(b []byte) bool { return len(untilNUL(b)) != len(b) }

func zeros(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// summed says whether the checksum of a header is right: the sum of its bytes, with
// blanks in place of itself.
func summed(head []byte) bool {
	want, ok := number(head[fieldSum:endSum])
	sum := uint64((endSum - fieldSum) * ' ')
	for i, c := range head {
		if i < fieldSum || i >= endSum {
			sum += uint64(c)
		}
	}
	return ok && sum == want
}

// number reads a field: octal digits between blanks and NULs, or GNU's form for
// large ones, big endian with the top bit set. An empty field is 0.
func number(field []byte) (uint64, bool) {
	n := uint64(0)
	if field[0]&0x80 != 0 {
		for i, c := range field {
			if i == 0 {
				c &= 0x7F
			}
			if n>>55 != 0 {
				return 0, false
			}
			n = n<<8 | uint64(c)
		}
		return n, true
	}
	for len(field) > 0 && (field[0] == ' ' || field[0] == 0) {
		field = field[1:]
	}
	for i, c := range field {
		if c == ' ' || c == 0 {
			return n, blank(field[i:])
		}
		if c < '0' || c > '7' {
			return 0, false
		}
		n = n<<3 | uint64(c-'0')
	}
	return n, true
}

// blank says whether there are only blanks and NULs.
func blank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != 0 {
			return false
		}
	}
	return true
}

// decimal reads a number of at most 18 digits.
func decimal(text []byte) (uint64, bool) {
	if len(text) == 0 || len(text) > 18 {
		return 0, false
	}
	n := uint64(0)
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}

// clean says whether a path may be unpacked: it stays below the root and each name
// in it can be one. A slash at its beginning and empty components do no harm.
func clean(path []byte) bool {
	if len(path) == 0 || len(path) >= sys.PATH_MAX || hasNUL(path) {
		return false
	}
	for {
		name, rest := cut(path)
		if len(name) == 0 {
			return true
		}
		if string(name) == ".." || len(name) > sys.NAME_MAX {
			return false
		}
		path = rest
	}
}
