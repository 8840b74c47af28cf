package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// stream is an answer in parts, as server-sent events.
type stream struct{ w http.ResponseWriter }

func newStream(w http.ResponseWriter) *stream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	return &stream{w}
}

func (s *stream) send(v any) {
	text, err := json.Marshal(v)
	if err != nil {
		return // there is nothing in it that could fail
	}
	fmt.Fprintf(s.w, "data: %s\n\n", text)
	_ = http.NewResponseController(s.w).Flush() // who has gone is told by the context
}

// sendNamed is send of an event with a name.
func (s *stream) sendNamed(name string, v any) {
	fmt.Fprintf(s.w, "event: %s\n", name)
	s.send(v)
}

func (s *stream) fail(err error) {
	var p problem
	p.Error.Message, p.Error.Type = err.Error(), "server_error"
	s.send(&p)
}

func (s *stream) done() { fmt.Fprint(s.w, "data: [DONE]\n\n") }
