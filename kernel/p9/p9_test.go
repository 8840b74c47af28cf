package p9

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"pxos/kernel/sys"
)

// answer puts a reply together: its parts little-endian, its size in front.
func answer(t testing.TB, kind uint8, tag uint16, parts ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	b.Write(make([]byte, 4))
	for _, p := range append([]any{kind, tag}, parts...) {
		if s, ok := p.(string); ok {
			binary.Write(&b, binary.LittleEndian, uint16(len(s)))
			b.WriteString(s)
		} else if err := binary.Write(&b, binary.LittleEndian, p); err != nil {
			t.Fatal(err)
		}
	}
	binary.LittleEndian.PutUint32(b.Bytes(), uint32(b.Len()))
	return b.Bytes()
}

func TestRequest(t *testing.T) {
	memory := make([]byte, 64)
	r := Begin(memory, Walk, 3)
	r.Word(1)
	r.Word(2)
	r.Short(2)
	r.Text([]byte("ab"))
	r.Text([]byte("c"))
	want := answer(t, Walk, 3, uint32(1), uint32(2), uint16(2), "ab", "c")
	if n := r.End(); !bytes.Equal(memory[:n], want) {
		t.Errorf("%x, want %x", memory[:n], want)
	}
	for n := range len(want) {
		r := Begin(memory[:n], Walk, 3)
		r.Word(1)
		r.Word(2)
		r.Short(2)
		r.Text([]byte("ab"))
		r.Text([]byte("c"))
		if got := r.End(); got != 0 {
			t.Errorf("a request of %d bytes fits %d", got, n)
		}
	}
	r = Begin(make([]byte, 1<<17), Walk, 3)
	r.Text(make([]byte, 1<<16))
	if r.End() != 0 {
		t.Error("a text longer than its length can say was taken")
	}
}

func TestSetattr(t *testing.T) {
	memory := make([]byte, 128)
	r := Begin(memory, Setattr, 1)
	r.Word(7)
	r.Change(&Change{Valid: SetSize | SetMode, Mode: 0o644, Size: 99, Access: Time{1, 2}, Change: Time{3, 4}})
	want := answer(t, Setattr, 1, uint32(7), uint32(9), uint32(0o644), uint32(0), uint32(0), uint64(99), uint64(1), uint64(2), uint64(3), uint64(4))
	if n := r.End(); !bytes.Equal(memory[:n], want) {
		t.Errorf("%x, want %x", memory[:n], want)
	}
}

func TestErrors(t *testing.T) {
	good := answer(t, Clunk+1, 5)
	cases := map[string]struct {
		reply []byte
		want  sys.Errno
	}{
		"good":             {good, 0},
		"longer in memory": {append(bytes.Clone(good), 1, 2, 3), 0},
		"empty":            {nil, sys.EIO},
		"truncated":        {good[:6], sys.EIO},
		"tag":              {answer(t, Clunk+1, 4), sys.EIO},
		"type":             {answer(t, Read+1, 5), sys.EIO},
		"request":          {answer(t, Clunk, 5), sys.EIO},
		"error":            {answer(t, failure, 5, uint32(2)), sys.ENOENT},
		"error 0":          {answer(t, failure, 5, uint32(0)), sys.EIO},
		"error, negative":  {answer(t, failure, 5, uint32(0xFFFFFFFE)), sys.EIO},
		"error, too big":   {answer(t, failure, 5, uint32(4096)), sys.EIO},
		"error, truncated": {answer(t, failure, 5, uint16(2)), sys.EIO},
		"size 0":           {[]byte{0, 0, 0, 0, Clunk + 1, 5, 0}, sys.EIO},
		"size wraps":       {[]byte{255, 255, 255, 255, Clunk + 1, 5, 0}, sys.EIO},
		"size one more":    {[]byte{8, 0, 0, 0, Clunk + 1, 5, 0}, sys.EIO},
	}
	for name, c := range cases {
		if _, e := Open(c.reply, Clunk, 5); e != c.want {
			t.Errorf("%s: error %d, want %d", name, e, c.want)
		}
	}
}

func TestData(t *testing.T) {
	for _, c := range []struct {
		count uint32
		data  []byte
		good  bool
	}{{3, []byte("abc"), true}, {0, nil, true}, {4, []byte("abc"), false}, {11, make([]byte, 11), false}, {1 << 31, []byte("abc"), false}, {0xFFFFFFFF, nil, false}} {
		r, e := Open(answer(t, Read+1, 1, c.count, c.data), Read, 1)
		if e != 0 {
			t.Fatal(e)
		}
		if got := r.Data(10); (r.Whole() == 0) != c.good || c.good && len(got) != len(c.data) {
			t.Errorf("%d of %d bytes: %q, %d", c.count, len(c.data), got, r.Whole())
		}
	}
}

func TestWalked(t *testing.T) {
	qids := []any{uint8(QidDirectory), uint32(1), uint64(10), uint8(QidSymlink), uint32(2), uint64(20)}
	open := func(n uint16, parts ...any) Reply {
		r, e := Open(answer(t, Walk+1, 1, append([]any{n}, parts...)...), Walk, 1)
		if e != 0 {
			t.Fatal(e)
		}
		return r
	}
	r := open(2, qids...)
	w, e := r.Walked(3)
	if e != 0 || w.Count != 2 || w.Qids[1] != (Qid{QidSymlink, 2, 20}) {
		t.Errorf("%+v, %d", w, e)
	}
	r = open(2, qids...)
	if _, e := r.Walked(1); e != sys.EIO {
		t.Error("more steps than were asked for are believed")
	}
	r = open(3, qids...)
	if _, e := r.Walked(3); e != sys.EIO {
		t.Error("a qid that is not there is believed")
	}
	r = open(17, make([]byte, 17*13))
	if _, e := r.Walked(17); e != sys.EIO {
		t.Error("17 names are believed")
	}
}

func TestEntries(t *testing.T) {
	line := func(name string) []byte {
		return answer(t, 0, 0, uint8(QidDirectory), uint32(1), uint64(2), uint64(3), uint8(4), name)[headBytes:]
	}
	list := Listing(append(line("."), line("file")...))
	for _, want := range []string{".", "file"} {
		if n, more, e := list.Entry(); !more || e != 0 || string(n.Name) != want || n.Cookie != 3 || n.Type != 4 || n.Qid.Path != 2 {
			t.Errorf("%+v, %v, %d", n, more, e)
		}
	}
	if _, more, e := list.Entry(); more || e != 0 {
		t.Errorf("the end: %v, %d", more, e)
	}
	bad := [][]byte{line(""), line("a/b"), line("a\x00"), line(strings.Repeat("n", 256)), line("file")[:20], line("file")[:26]}
	for _, b := range bad {
		list := Listing(b)
		if _, more, e := list.Entry(); more || e != sys.EIO {
			t.Errorf("%q: %v, %d", b, more, e)
		}
	}
}

func TestTargetAndVersion(t *testing.T) {
	for target, good := range map[string]bool{"a": true, "/x/y": true, "": false, "a\x00b": false, strings.Repeat("p", 4096): false} {
		r, _ := Open(answer(t, Readlink+1, 1, target), Readlink, 1)
		if got, e := r.Target(); (e == 0) != good || good && string(got) != target {
			t.Errorf("%.20q: %.20q, %d", target, got, e)
		}
	}
	for _, c := range []struct {
		n       uint32
		dialect string
		good    bool
	}{{8192, Dialect, true}, {65536, Dialect, true}, {65537, Dialect, false}, {100, Dialect, false}, {8192, "9P2000", false}, {8192, "unknown", false}} {
		r, _ := Open(answer(t, Version+1, NoTag, c.n, c.dialect), Version, NoTag)
		if n, e := r.Agreed(65536); (e == 0) != c.good || c.good && n != c.n {
			t.Errorf("%+v: %d, %d", c, n, e)
		}
	}
}

// replies are good ones, for the fuzzer to begin with.
func replies(t testing.TB) map[uint8][]byte {
	zeros := func(n int) []byte { return make([]byte, n) }
	return map[uint8][]byte{
		Clunk:    answer(t, Clunk+1, 1),
		Walk:     answer(t, Walk+1, 1, uint16(2), zeros(26)),
		Getattr:  answer(t, Getattr+1, 1, zeros(153)),
		Statfs:   answer(t, Statfs+1, 1, zeros(60)),
		Read:     answer(t, Read+1, 1, uint32(3), []byte("abc")),
		Readdir:  answer(t, Readdir+1, 1, uint32(25), zeros(22), "a"),
		Readlink: answer(t, Readlink+1, 1, "target"),
		Version:  answer(t, Version+1, 1, uint32(8192), Dialect),
		Lopen:    answer(t, Lopen+1, 1, zeros(17)),
		Write:    answer(t, Write+1, 1, uint32(3)),
		Mkdir:    answer(t, failure, 1, uint32(17)),
	}
}

// FuzzReply reads any bytes as the reply to any request: no panic, nothing outside of
// them, never more than was asked for.
func FuzzReply(f *testing.F) {
	for kind, b := range replies(f) {
		f.Add(kind, uint16(1), b)
		f.Add(kind, uint16(2), b[:len(b)-1])
	}
	f.Fuzz(func(t *testing.T, kind uint8, tag uint16, b []byte) {
		const most = 100
		r, e := Open(b, kind, tag)
		if e != 0 {
			if e > maxErrno {
				t.Fatalf("errno %d", e)
			}
			return
		}
		walk := r
		if w, e := walk.Walked(3); e == 0 && w.Count > 3 {
			t.Fatalf("%d steps", w.Count)
		}
		attributes, space, target, version := r, r, r, r
		if a, e := attributes.Attributes(); e == 0 && int64(a.Size) < 0 {
			t.Fatalf("size %d", a.Size)
		}
		space.Space()
		if s, e := target.Target(); e == 0 && (len(s) == 0 || len(s) >= sys.PATH_MAX) {
			t.Fatalf("target of %d bytes", len(s))
		}
		if n, e := version.Agreed(8192); e == 0 && n > 8192 {
			t.Fatalf("messages of %d bytes", n)
		}
		data := r.Data(most)
		if len(data) > most {
			t.Fatalf("%d bytes", len(data))
		}
		list := Listing(data)
		for {
			n, more, e := list.Entry()
			if !more || e != 0 {
				break
			}
			if len(n.Name) == 0 || len(n.Name) > sys.NAME_MAX {
				t.Fatalf("a name of %d bytes", len(n.Name))
			}
		}
	})
}
