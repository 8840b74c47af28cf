package fs

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"path"
	"strings"
	"testing"
	"time"

	"pxos/kernel/sys"
)

// archive writes a tar of these entries, the contents of files in body.
func archive(t testing.TB, format tar.Format, entries []tar.Header, body map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range entries {
		h.Format = format
		data := body[h.Name]
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(data))
		} else {
			data = nil
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// image makes the entries of a root image: directories, files, links.
func image(r *rand.Rand, files int, long bool) (entries []tar.Header, body map[string][]byte) {
	body = map[string][]byte{}
	dirs := []string{""}
	add := func(h tar.Header) {
		h.ModTime = time.Unix(int64(r.IntN(1<<31)), 0)
		entries = append(entries, h)
	}
	for n := range files {
		name := fmt.Sprintf("%s%d-%s", dirs[r.IntN(len(dirs))], n, strings.Repeat("n", r.IntN(30)))
		if long && n%50 == 5 {
			name += strings.Repeat("long", 50)
		}
		switch k := r.IntN(20); {
		case k == 0 && strings.Count(name, "/") < 6 && (long || len(name) < 60):
			add(tar.Header{Name: name + "/", Typeflag: tar.TypeDir, Mode: 0o751})
			dirs = append(dirs, name+"/")
		case k == 1:
			target := "../x" + strings.Repeat("t", r.IntN(90))
			if long && r.IntN(3) == 0 {
				target += strings.Repeat("/long", 100)
			}
			add(tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: target, Mode: 0o777})
		case k == 2 && n > 20:
			if old := entries[r.IntN(len(entries))]; old.Typeflag == tar.TypeReg && len(old.Name) < 100 {
				add(tar.Header{Name: name, Typeflag: tar.TypeLink, Linkname: old.Name})
			}
		case k == 3:
			add(tar.Header{Name: name, Typeflag: tar.TypeChar, Devmajor: 300, Devminor: int64(n) % 1000, Mode: 0o620})
		default:
			data := make([]byte, r.IntN(1000))
			if n%100 == 99 {
				data = make([]byte, r.IntN(40000))
			}
			for m := range data {
				data[m] = byte(r.Uint32())
			}
			body[name] = data
			add(tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644 + int64(n%2)*0o111})
		}
	}
	return entries, body
}

var formats = map[string]tar.Format{"ustar": tar.FormatUSTAR, "pax": tar.FormatPAX, "gnu": tar.FormatGNU}

// compareArchive holds a tree against what archive/tar reads.
func compareArchive(t *testing.T, s *System, data []byte) {
	t.Helper()
	r := tar.NewReader(bytes.NewReader(data))
	count := uint64(1)
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		i := lookup(t, s, path.Clean(h.Name))
		count++
		kind := map[byte]Kind{tar.TypeReg: Regular, tar.TypeDir: Directory, tar.TypeSymlink: Symlink, tar.TypeChar: Character}[h.Typeflag]
		switch {
		case h.Typeflag == tar.TypeLink:
			count--
			if i != lookup(t, s, h.Linkname) || i.Links() < 2 {
				t.Fatalf("%q is no link to %q", h.Name, h.Linkname)
			}
			continue
		case i.Kind() != kind || int64(i.Mode()) != h.Mode || i.Mtime() != uint64(h.ModTime.UnixNano()):
			t.Fatalf("%q: kind %d, mode %o, time %d: expected %d, %o, %d", h.Name, i.Kind(), i.Mode(), i.Mtime(), kind, h.Mode, h.ModTime.UnixNano())
		}
		switch kind {
		case Regular:
			want, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(contents(s, i), want) || len(want) > 0 && !bytes.Equal(s.Data(i), want) {
				t.Fatalf("%q has other bytes; %v", h.Name, err)
			}
		case Symlink:
			if string(s.Readlink(i)) != h.Linkname {
				t.Fatalf("%q leads to %q, not to %q", h.Name, s.Readlink(i), h.Linkname)
			}
		case Character:
			if i.Device() != device(uint64(h.Devmajor), uint64(h.Devminor)) {
				t.Fatalf("%q is device %#x", h.Name, i.Device())
			}
		}
	}
	if s.Inodes() != count {
		t.Fatalf("%d inodes, %d entries", s.Inodes(), count)
	}
}

func TestUnpack(t *testing.T) {
	for name, format := range formats {
		t.Run(name, func(t *testing.T) {
			files := 3000
			if format == tar.FormatPAX {
				files = 15000
			}
			entries, body := image(rand.New(rand.NewPCG(3, 4)), files, format != tar.FormatUSTAR)
			data := archive(t, format, entries, body)
			s := newSystem(t, 4096)
			used := s.Used()
			start := time.Now()
			if err := s.Unpack(data, 5); err != 0 {
				t.Fatalf("error %d", err)
			}
			t.Logf("%d entries, %d bytes, %d pages: %v", len(entries), len(data), s.Used(), time.Since(start))
			check(t, s)
			compareArchive(t, s, data)
			empty(t, s, s.Root())
			check(t, s)
			if s.Used() != used {
				t.Errorf("%d pages are used of an empty tree, %d at first", s.Used(), used)
			}
		})
	}
}

// TestCopyOnWrite writes to files of the tar: pages that are written are copied, and
// the tar stays as it was.
func TestCopyOnWrite(t *testing.T) {
	old := make([]byte, 5*pageBytes+100)
	for n := range old {
		old[n] = byte(n / 3)
	}
	data := archive(t, tar.FormatUSTAR, []tar.Header{{Name: "f", Typeflag: tar.TypeReg}}, map[string][]byte{"f": old})
	image := bytes.Clone(data)
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		s := newSystem(t, 64)
		if err := s.Unpack(data, 5); err != 0 {
			t.Fatalf("error %d", err)
		}
		i, want, used := lookup(t, s, "/f"), bytes.Clone(old), s.Used()
		if s.Blocks(i) != 6*8 {
			t.Fatalf("%d blocks", s.Blocks(i))
		}
		for range r.IntN(12) {
			if r.IntN(3) == 0 {
				size := r.IntN(8 * pageBytes)
				if r.IntN(2) == 0 {
					size &^= pageBytes - 1
				}
				want = append(want, make([]byte, max(0, size-len(want)))...)[:size]
				if err := s.Truncate(i, uint64(size), 6); err != 0 {
					t.Fatalf("error %d", err)
				}
			} else {
				offset, part := r.IntN(7*pageBytes), bytes.Repeat([]byte{0xAA}, 1+r.IntN(6000))
				want = append(want, make([]byte, max(0, offset+len(part)-len(want)))...)
				copy(want[offset:], part)
				if _, err := s.WriteAt(i, uint64(offset), part, 6); err != 0 {
					t.Fatalf("error %d", err)
				}
			}
			if d := s.Data(i); !bytes.Equal(contents(s, i), want) || d != nil && !bytes.Equal(d, want) {
				t.Fatal("the file has other bytes")
			}
			check(t, s)
		}
		if err := s.Truncate(i, 0, 7); err != 0 || s.Used() != used || s.Blocks(i) != 0 {
			t.Fatalf("error %d, %d pages used, %d before; %d blocks", err, s.Used(), used, s.Blocks(i))
		}
	}
	if !bytes.Equal(data, image) {
		t.Error("the tar was written to")
	}
}

// TestUnpackShapes has what archives of other tools look like.
func TestUnpackShapes(t *testing.T) {
	reg, dir, sym, link := byte(tar.TypeReg), byte(tar.TypeDir), byte(tar.TypeSymlink), byte(tar.TypeLink)
	long := strings.Repeat("x", 256)
	for _, c := range []struct {
		what    string
		entries []tar.Header
		want    string // paths that are there then; "" refused
	}{
		{"nothing", nil, "/"},
		{"the root itself", []tar.Header{{Name: "./", Typeflag: dir, Mode: 0o700}}, "/"},
		{"./ and //", []tar.Header{{Name: ".//a/./b", Typeflag: reg}}, "/a/b"},
		{"absolute", []tar.Header{{Name: "/a/b", Typeflag: reg}}, "/a/b"},
		{"missing directories", []tar.Header{{Name: "a/b/c", Typeflag: reg}, {Name: "a/d", Typeflag: dir}}, "/a/b/c /a/d"},
		{"a directory after what is in it", []tar.Header{{Name: "a/b", Typeflag: reg}, {Name: "a", Typeflag: dir}}, "/a/b"},
		{"twice", []tar.Header{{Name: "a", Typeflag: reg}, {Name: "a", Typeflag: sym, Linkname: "b"}}, "/a"},
		{"through a link", []tar.Header{{Name: "usr/lib", Typeflag: dir}, {Name: "lib", Typeflag: sym, Linkname: "/usr/lib"}, {Name: "lib/x", Typeflag: reg}}, "/usr/lib/x"},
		{"a hard link to ./", []tar.Header{{Name: "a", Typeflag: reg}, {Name: "b", Typeflag: link, Linkname: "./a"}}, "/a /b"},
		{"a hard link to itself", []tar.Header{{Name: "a", Typeflag: reg}, {Name: "a", Typeflag: link, Linkname: "a"}}, "/a"},
		{"..", []tar.Header{{Name: "a/../../b", Typeflag: reg}}, ""},
		{"below a file", []tar.Header{{Name: "a", Typeflag: reg}, {Name: "a/b", Typeflag: reg}}, ""},
		{"a file over a directory", []tar.Header{{Name: "a", Typeflag: dir}, {Name: "a", Typeflag: reg}}, ""},
		{"below a link that leads nowhere", []tar.Header{{Name: "a", Typeflag: sym, Linkname: "b"}, {Name: "a/b", Typeflag: reg}}, ""},
		{"a hard link to nothing", []tar.Header{{Name: "a", Typeflag: link, Linkname: "b"}}, ""},
		{"a hard link to a directory", []tar.Header{{Name: "a", Typeflag: dir}, {Name: "b", Typeflag: link, Linkname: "a"}}, ""},
		{"a hard link through ..", []tar.Header{{Name: "a", Typeflag: reg}, {Name: "b", Typeflag: link, Linkname: "c/../a"}}, ""},
		{"a long name", []tar.Header{{Name: long, Typeflag: reg}}, ""},
		{"a long path", []tar.Header{{Name: strings.Repeat("a/", 2048), Typeflag: dir}}, ""},
		{"a long target", []tar.Header{{Name: "a", Typeflag: sym, Linkname: strings.Repeat("a", 4096)}}, ""},
	} {
		s := newSystem(t, 256)
		if root := s.Root(); c.want == "" {
			s.Chmod(root, 0o711, 4)
		}
		used := s.Used()
		err := s.Unpack(archive(t, tar.FormatGNU, c.entries, nil), 5)
		check(t, s)
		if c.want == "" {
			if err != sys.EINVAL || s.Used() != used || s.Inodes() != 1 || s.Root().Mode() != 0o711 || s.Root().Ctime() != 4 || s.Root().Mtime() != 1 {
				t.Errorf("%s: error %d, or something stayed", c.what, err)
			}
			continue
		}
		if err != 0 {
			t.Errorf("%s: error %d", c.what, err)
			continue
		}
		for name := range strings.FieldsSeq(c.want) {
			lookup(t, s, name)
		}
	}
}

// TestTimes: pax has fractions of seconds, and times before 1970.
func TestTimes(t *testing.T) {
	when := time.Unix(1234567890, 123456789)
	data := archive(t, tar.FormatPAX, []tar.Header{{Name: "a", Typeflag: tar.TypeReg, ModTime: when}, {Name: "b", Typeflag: tar.TypeReg, ModTime: time.Unix(-5, 0)}}, nil)
	s := newSystem(t, 64)
	if err := s.Unpack(data, 5); err != 0 || lookup(t, s, "/a").Mtime() != uint64(when.UnixNano()) || lookup(t, s, "/b").Mtime() != 0 {
		t.Errorf("error %d, or other times", err)
	}
}

// paxed is a tar of one file after an extended header of these bytes.
func paxed(t *testing.T, records string) []byte {
	t.Helper()
	data := archive(t, tar.FormatUSTAR, []tar.Header{{Name: "x", Typeflag: tar.TypeReg}, {Name: "f", Typeflag: tar.TypeReg}},
		map[string][]byte{"x": []byte(records)})
	data[fieldType] = typePax
	mend(data)
	return data
}

func TestPaxRecords(t *testing.T) {
	for _, c := range []struct{ records, want string }{
		{"9 path=a\n", "/a"},
		{"9 path=a\n12 comment=\n", "/a"},
		{"8 path=\n", "/f"},
		{"11 path=b/\n", "/b"},
		{"9 path=a\n9 path=b\n", "/b"},
		{"7 a=b=c\n9 path=a\n", ""},
		{"8 a=b=c\n9 path=a\n", "/a"},
		{"9 path=a.", ""},
		{"11 path=a\n", ""}, {"10 path=a\n", "/a"},
		{"8 path=a\n", ""},
		{"11 path=\x00a\n", ""},
		{"11 path=a\x00\n", ""},
		{"2 \n", ""}, {"1 ", ""}, {"0 ", ""}, {" ", ""}, {"=\n", ""}, {"3 \n", ""}, {"4 =\n", "/f"}, {"5 a=\n", "/f"}, {"5 abc\n", ""},
		{"9999999999999999999 path=a\n", ""}, {"-9 path=a\n", ""}, {"18446744073709551625 path=a\n", ""},
		{"12 size=513\n", ""}, {"10 size=x\n", ""}, {"10 size=0\n", "/f"},
		{"13 mtime=1.x\n", ""}, {"12 mtime=.5\n", ""}, {"21 mtime=99999999999\n", ""}, {"13 mtime=1.5\n", "/f"},
		{"22 GNU.sparse.major=1\n", ""},
		{"17 path=../etc/a\n", ""},
	} {
		s := newSystem(t, 64)
		err := s.Unpack(paxed(t, c.records), 5)
		if c.want == "" && err != sys.EINVAL || c.want != "" && err != 0 {
			t.Errorf("%q: error %d", c.records, err)
		}
		if c.want != "" && err == 0 {
			lookup(t, s, c.want)
		}
		check(t, s)
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		field string
		want  uint64
		good  bool
	}{
		{"0000644\x00", 0o644, true}, {"   644 \x00", 0o644, true}, {"644", 0o644, true}, {"\x00\x00\x00", 0, true}, {"    ", 0, true},
		{"0000648\x00", 0, false}, {"64 4\x00", 0, false}, {"-1", 0, false}, {"777777777777", 1<<36 - 1, true},
		{"\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x02", 0x102, true},
		{"\x80\x00\x00\x00\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 1<<63 - 1, true},
		{"\x80\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00", 0, false},
		{"\x80\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00", 0, false},
		{"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE", 0, false},
	} {
		if n, ok := number([]byte(c.field)); ok != c.good || ok && n != c.want {
			t.Errorf("%q: %d %v", c.field, n, ok)
		}
	}
}

// TestChecksum: each byte of a header counts.
func TestChecksum(t *testing.T) {
	data := archive(t, tar.FormatUSTAR, []tar.Header{{Name: "f", Typeflag: tar.TypeReg}}, nil)
	s := newSystem(t, 64)
	for n := range block {
		data[n] ^= 1
		if err := s.Unpack(data, 5); err != sys.EINVAL && (n < fieldSum || n >= endSum) {
			t.Errorf("byte %d was changed: error %d", n, err)
		}
		data[n] ^= 1
		s.clear(5)
	}
}

// TestUnpackCutOff: a tar that ends anywhere but behind its end mark is refused, and
// memory that ends anywhere leaves nothing behind.
func TestUnpackCutOff(t *testing.T) {
	entries, body := image(rand.New(rand.NewPCG(7, 8)), 300, true)
	data := archive(t, tar.FormatPAX, entries, body)
	s := newSystem(t, 4096)
	used := s.Used()
	for n := 0; n <= len(data)-2*block; n += 1 + n%509 {
		if err := s.Unpack(data[:n], 5); err != sys.EINVAL || s.Used() != used {
			t.Fatalf("%d bytes of %d: error %d", n, len(data), err)
		}
	}
	for s.limit = s.used; ; s.limit++ {
		err := s.Unpack(data, 5)
		check(t, s)
		if err == 0 {
			break
		}
		if err != sys.ENOSPC || s.Inodes() != 1 || s.Used() != used {
			t.Fatalf("error %d, %d inodes", err, s.Inodes())
		}
	}
	if s.limit == used {
		t.Error("memory never ended")
	}
	compareArchive(t, s, data)
}

// mend makes the checksums of headers good, as far as they can be found.
func mend(data []byte) {
	for at := 0; at+block <= len(data); {
		head := data[at : at+block]
		if zeros(head) {
			return
		}
		sum := (endSum - fieldSum) * int(' ')
		for n, c := range head {
			if n < fieldSum || n >= endSum {
				sum += int(c)
			}
		}
		copy(head[fieldSum:], fmt.Sprintf("%06o\x00 ", sum))
		size, ok := number(head[fieldSize:endSize])
		if at += block; ok && size < uint64(len(data)) {
			at += int(size+block-1) &^ (block - 1)
		}
	}
}

// unpackAny unpacks what may be no tar, and says whether it is one.
func unpackAny(t testing.TB, s *System, data []byte) (good bool) {
	used := s.Used()
	err := s.Unpack(data, 5)
	check(t, s)
	if err != 0 {
		if err != sys.EINVAL && err != sys.ENOSPC || s.Inodes() != 1 || s.Used() != used {
			t.Fatalf("error %d, %d inodes", err, s.Inodes())
		}
		return false
	}
	empty(t, s, s.Root())
	check(t, s)
	if s.Used() != used {
		t.Fatalf("%d pages are used of an empty tree, %d at first", s.Used(), used)
	}
	return true
}

// seeds are small archives of all formats.
func seeds(t testing.TB) [][]byte {
	var out [][]byte
	for _, name := range []string{"ustar", "pax", "gnu"} {
		entries, body := image(rand.New(rand.NewPCG(9, 10)), 12, name != "ustar")
		out = append(out, archive(t, formats[name], entries, body))
	}
	return append(out, archive(t, tar.FormatGNU, []tar.Header{{Name: "./", Typeflag: tar.TypeDir}, {Name: "a/b/", Typeflag: tar.TypeDir},
		{Name: "a/l", Typeflag: tar.TypeSymlink, Linkname: "../a/b"}, {Name: "a/l/f", Typeflag: tar.TypeReg}, {Name: "h", Typeflag: tar.TypeLink, Linkname: "a/b/f"}}, nil))
}

// TestUnpackDamaged changes bytes of headers whose checksums are then made good.
func TestUnpackDamaged(t *testing.T) {
	s := newSystem(t, 1024)
	r := rand.New(rand.NewPCG(11, 12))
	good := 0
	for _, seed := range seeds(t) {
		data := make([]byte, len(seed))
		for range 2000 {
			copy(data, seed)
			for range 1 + r.IntN(3) {
				data[r.IntN(len(data)/block)*block+r.IntN(345)] = []byte{0, ' ', '/', '.', '0', '1', '2', '5', '7', 'L', 'K', 'x', '=', 0xFF, 0x80, 'a'}[r.IntN(16)]
			}
			mend(data)
			if unpackAny(t, s, data) {
				good++
			}
		}
	}
	if good < 100 || good > 7900 {
		t.Errorf("%d of 8000 are good: the test tests little", good)
	}
}

// FuzzUnpack: what is no good tar takes nothing, and what is one is a good tree.
func FuzzUnpack(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed, true)
	}
	f.Add([]byte{}, false)
	f.Add(make([]byte, 2*block), false)
	huge := bytes.Clone(seeds(f)[3])
	huge[fieldSize] = 0x80
	binary.BigEndian.PutUint64(huge[fieldSize+4:], 1<<63-1)
	f.Add(huge, true)
	s := newSystem(f, 1024)
	f.Fuzz(func(t *testing.T, data []byte, good bool) {
		if good {
			data = bytes.Clone(data)
			mend(data)
		}
		unpackAny(t, s, data)
	})
}

// BenchmarkUnpack is the root image of a small system.
func BenchmarkUnpack(b *testing.B) {
	entries, body := image(rand.New(rand.NewPCG(3, 4)), 15000, true)
	data := archive(b, tar.FormatPAX, entries, body)
	s := newSystem(b, 8192)
	for b.Loop() {
		if err := s.Unpack(data, 5); err != 0 {
			b.Fatalf("error %d", err)
		}
		s.clear(6)
	}
}
