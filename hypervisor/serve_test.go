package hypervisor

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestServer posts cartridges, good ones and others.
func TestServer(t *testing.T) {
	cart := packed(t, loaded(t))
	server := NewServer(1, int64(len(cart)), time.Now)
	s := httptest.NewServer(server)
	defer s.Close()
	for _, c := range []struct {
		method, path string
		body         []byte
		status       int
		want         string
	}{
		{"GET", "/", nil, 200, "0 of 1 run"},
		{"GET", "/run", nil, 405, "POST a cartridge"},
		{"GET", "/else", nil, 404, "there are / and /run"},
		{"POST", "/run?arg=40&arg=2", cart, 200, "42\n"},
		{"POST", "/run?entry=echo", cart, 200, "hello\n"},
		{"POST", "/run?entry=endless", cart, 422, "out of fuel"},
		{"POST", "/run?entry=nobody", cart, 400, "there are main"},
		{"POST", "/run", cart[:len(cart)-5], 400, ""},
		{"POST", "/run", []byte("no picture"), 400, ""},
		{"POST", "/run", append(bytes.Clone(cart), 0), 413, "more than"},
	} {
		q, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+c.path, bytes.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || r.StatusCode != c.status || !strings.Contains(string(text), c.want) {
			t.Errorf("%s %s: %d %q, %v; want %d %q", c.method, c.path, r.StatusCode, text, err, c.status, c.want)
		}
	}
	server.slots <- struct{}{} // one runs
	r, err := http.Post(s.URL+"/run", "", bytes.NewReader(cart))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusTooManyRequests || r.Header.Get("Retry-After") == "" {
		t.Errorf("a second one at once: %d", r.StatusCode)
	}
}
