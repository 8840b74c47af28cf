package serve

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestConnections has a thousand clients connect of whom half say nothing and half begin a request
// and stop: who asks rightly is answered, and those who stop are told when the time for their
// requests is over.
func TestConnections(t *testing.T) {
	s, v, _ := served(t, Options{Slots: 2, Waiting: 4, Context: 64})
	x := NewServer(s, v, "tiny", "", time.Now, func() string { return "1" })
	defer x.Close()
	x.Patience = 2 * time.Second
	web := httptest.NewServer(x)
	defer web.Close()
	address := strings.TrimPrefix(web.URL, "http://")
	var stopped []net.Conn
	for i := range 1000 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		defer c.Close()
		if i%2 == 0 {
			continue
		}
		if _, err := fmt.Fprintf(c, "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"prompt\":"); err != nil {
			t.Fatal(err)
		}
		stopped = append(stopped, c)
	}
	reply, err := http.Post(web.URL+"/v1/completions", "application/json", strings.NewReader(`{"prompt":"x","max_tokens":3}`))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if _, err := io.ReadAll(reply.Body); err != nil || reply.StatusCode != http.StatusOK {
		t.Errorf("beside a thousand connections: %s, %v", reply.Status, err)
	}
	for _, c := range stopped {
		text, err := io.ReadAll(c)
		if err != nil || !strings.HasPrefix(string(text), "HTTP/1.1 408 ") {
			t.Fatalf("who stopped is told %q, %v", text, err)
		}
	}
}
