package hypervisor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Server runs cartridges that are posted to it, a few at a time:
//
//	POST /run?entry=NAME&arg=1&arg=2   the cartridge is the body, its output the answer
//	GET  /                             how it is used, and how many run
//
// 400 is a request or a cartridge that is refused, 422 a program that failed (its output,
// and then why), 413 a cartridge that is too large, 429 too many at once.
type Server struct {
	Now     func() time.Time
	AtOnce  int   // cartridges that run; more are told to come again
	Bytes   int64 // of a cartridge
	Machine Machine
	slots   chan struct{}
}

// NewServer makes a server that runs so many at once.
func NewServer(atOnce int, bytes int64, now func() time.Time) *Server {
	return &Server{Now: now, AtOnce: atOnce, Bytes: bytes, slots: make(chan struct{}, atOnce)}
}

// Bounds of a service that is not told others: cartridges at once, and the bytes of one.
const (
	AtOnce    = 2
	MostBytes = 64 << 20
)

// Listen serves at an address until the context ends.
func (s *Server) Listen(ctx context.Context, address string) error {
	h := &http.Server{Addr: address, Handler: s, ReadTimeout: time.Minute, BaseContext: func(net.Listener) context.Context { return ctx }}
	ended := make(chan error, 1)
	go func() { ended <- h.ListenAndServe() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return h.Close()
	}
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/" && r.Method == http.MethodGet:
		fmt.Fprintf(w, "pxOS hypervisor: POST a cartridge to /run?entry=NAME&arg=NUMBER; %d of %d run\n", len(s.slots), s.AtOnce)
	case r.URL.Path != "/run":
		http.Error(w, "there are / and /run", http.StatusNotFound)
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST a cartridge", http.StatusMethodNotAllowed)
	default:
		select {
		case s.slots <- struct{}{}:
			defer func() { <-s.slots }()
			s.run(w, r)
		default:
			w.Header().Set("Retry-After", "1")
			http.Error(w, "too many cartridges at once: "+strconv.Itoa(s.AtOnce), http.StatusTooManyRequests)
		}
	}
}

// run runs one cartridge; what it writes is bounded by its limits.
func (s *Server) run(w http.ResponseWriter, r *http.Request) {
	c, err := Open(http.MaxBytesReader(w, r.Body, s.Bytes))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		http.Error(w, fmt.Sprintf("a cartridge of more than %d bytes", s.Bytes), http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var out bytes.Buffer
	query := r.URL.Query()
	err = c.Run(r.Context(), Request{Entry: query.Get("entry"), Arguments: query["arg"], Output: &out, Now: s.Now, Seed: 1, Machine: s.Machine})
	w.Header().Set("Content-Type", "application/octet-stream")
	switch {
	case err == nil:
	case errors.Is(err, ErrProgram):
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprintf(&out, "%v\n", err)
	default:
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(&out, "%v\n", err)
	}
	_, _ = w.Write(out.Bytes()) // who has gone needs no answer
}
