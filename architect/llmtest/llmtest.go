// Package llmtest is an OpenAI-compatible server that answers from a script, for
// tests and demonstrations of everything that asks a language model.
//
// It may import nothing of pxOS. It listens on loopback only; each request takes
// the next reply, and the last reply is given again when the script is over.
package llmtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Reply is one answer of the script.
type Reply struct {
	Text string
	// Endless repeats Text until the client hangs up.
	Endless bool
	// Status, if not 0 or 200, is sent with Text as the error's message.
	Status int
	// Hang sends the head of the answer and then nothing more.
	Hang bool
}

// PatchReply is a reply in the form that pxOS asks for.
func PatchReply(patch, reason string) Reply {
	text, err := json.Marshal(map[string]string{"patch": patch, "reason": reason})
	if err != nil {
		panic(err) // two strings can always be encoded
	}
	return Reply{Text: string(text)}
}

// Server is a running server.
type Server struct {
	URL  string // base of the API
	http *http.Server

	mu       sync.Mutex
	script   []Reply
	next     int
	requests []string
}

// Serve starts a server on a loopback address, "127.0.0.1:0" if address is empty.
func Serve(address string, script ...Reply) (*Server, error) {
	if len(script) == 0 {
		return nil, fmt.Errorf("llmtest: the script is empty")
	}
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("llmtest: %w; give another port, or 0 for any", err)
	}
	s := &Server{URL: "http://" + l.Addr().String() + "/v1", script: script}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", s.answer)
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"object":"list","data":[{"id":"script","object":"model"}]}`)
	})
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go s.http.Serve(l)
	return s, nil
}

// Close ends the server and every reply that it is sending.
func (s *Server) Close() error { return s.http.Close() }

// Requests are the bodies that came so far.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.requests...)
}

const maxRequestBytes = 4 << 20

// answer gives the next reply of the script.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBytes))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	s.mu.Lock()
	s.requests = append(s.requests, string(body))
	reply := s.script[min(s.next, len(s.script)-1)]
	s.next++
	s.mu.Unlock()
	var wants struct {
		Stream bool `json:"stream"`
	}
	if err := json.Unmarshal(body, &wants); err != nil {
		reply = Reply{Status: http.StatusBadRequest, Text: "the request is no JSON: " + err.Error()}
	}
	switch {
	case reply.Status != 0 && reply.Status != http.StatusOK:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(reply.Status)
		json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"message": reply.Text, "type": "script"}})
	case wants.Stream:
		stream(w, r, reply)
	default:
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"id": "script", "object": "chat.completion", "model": "script", "choices": []any{
			map[string]any{"index": 0, "finish_reason": "stop", "message": map[string]string{"role": "assistant", "content": reply.Text}},
		}})
	}
}

// stream sends a reply as server-sent events, some characters in each.
func stream(w http.ResponseWriter, r *http.Request, reply Reply) {
	w.Header().Set("Content-Type", "text/event-stream")
	send := func(text string, finish any) bool {
		chunk, err := json.Marshal(map[string]any{"id": "script", "object": "chat.completion.chunk", "model": "script", "choices": []any{
			map[string]any{"index": 0, "delta": map[string]string{"role": "assistant", "content": text}, "finish_reason": finish},
		}})
		if err != nil {
			return false
		}
		_, err = fmt.Fprintf(w, "data: %s\n\n", chunk)
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		return err == nil && r.Context().Err() == nil
	}
	for {
		for part := range strings.SplitAfterSeq(reply.Text, "\n") {
			if !send(part, nil) {
				return
			}
		}
		if reply.Hang {
			<-r.Context().Done()
			return
		}
		if !reply.Endless {
			break
		}
	}
	if send("", "stop") {
		io.WriteString(w, "data: [DONE]\n\n")
	}
}
