package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"pxos/abi"
	"pxos/abi/tables"
	"pxos/fault"
	"pxos/machine"
	"pxos/pxgpu"
)

// gpuDevice is what the control socket needs of a pxGPU.
type gpuDevice interface {
	Tables() []byte
	QueueDepth() []int
	Stats() pxgpu.Stats
}

// station is a machine that runs, as its control socket serves it.
type station struct {
	name    string
	started time.Time
	gpu     gpuDevice
	// look pauses the machine, shows it and lets it go on.
	look func(context.Context, func(*machine.Evidence) error) error
}

// Bounds of one request.
const (
	requestLimit = 60 * time.Second
	headerLimit  = 5 * time.Second
)

// tablesJSON and auditJSON are what the socket and --json say.
type tablesJSON struct {
	Schema string         `json:"schema"`
	Name   string         `json:"name"` // of the machine, or the file
	Tables *tables.Tables `json:"tables"`
}

type auditJSON struct {
	Name string `json:"name"`
	*fault.AuthorityAudit
}

const tablesSchema = "pxos.tables/1"

// serve answers on a control socket until ctx ends.
func (s *station) serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: s.handler(), ReadHeaderTimeout: headerLimit, BaseContext: func(net.Listener) context.Context { return ctx }}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("control socket: %w", err)
	}
	return nil
}

func (s *station) handler() http.Handler {
	mux := http.NewServeMux()
	answer := func(pattern string, f func(context.Context, *http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), requestLimit)
			defer cancel()
			v, err := f(ctx, r)
			w.Header().Set("Content-Type", "application/json")
			if err != nil {
				status := http.StatusInternalServerError
				if errors.As(err, new(usage)) {
					status = http.StatusBadRequest
				}
				w.WriteHeader(status)
				v = map[string]string{"error": err.Error()}
			}
			json.NewEncoder(w).Encode(v) //nolint:errcheck // a client that went away is nobody to tell
		})
	}
	answer("GET /tables", func(context.Context, *http.Request) (any, error) {
		t, err := tables.Decode(s.gpu.Tables())
		return tablesJSON{tablesSchema, s.name, t}, err
	})
	answer("GET /top", func(context.Context, *http.Request) (any, error) { return s.top() })
	answer("GET /audit", func(ctx context.Context, _ *http.Request) (any, error) {
		a, err := s.audit(ctx, "")
		return auditJSON{s.name, a}, err
	})
	answer("POST /save", func(ctx context.Context, r *http.Request) (any, error) {
		file := r.URL.Query().Get("file")
		if !filepath.IsAbs(file) {
			return nil, usage{fmt.Errorf("file=%q: give an absolute path", file)}
		}
		a, err := s.audit(ctx, file)
		return auditJSON{s.name, a}, err
	})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		t, err := s.top()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		t.prometheus(w) //nolint:errcheck // a client that went away is nobody to tell
	})
	return mux
}

// audit audits the machine, and saves it as it was audited if file is not empty.
// A revocation in flight leaves mappings of what was taken back: the guest has
// abi.RevokeBound to let go of them, so they are findings only if they outlast it.
func (s *station) audit(ctx context.Context, file string) (*fault.AuthorityAudit, error) {
	a, err := s.auditOnce(ctx, file)
	if err != nil || !onlyStale(a) {
		return a, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(abi.RevokeBound * time.Nanosecond):
	}
	return s.auditOnce(ctx, file)
}

func onlyStale(a *fault.AuthorityAudit) bool {
	for _, v := range a.Violations {
		if v.Kind != fault.ViolationStale {
			return false
		}
	}
	return len(a.Violations) > 0
}

func (s *station) auditOnce(ctx context.Context, file string) (a *fault.AuthorityAudit, err error) {
	err = s.look(ctx, func(ev *machine.Evidence) error {
		ev.GPUTables = s.gpu.Tables()
		if file != "" {
			machine.Record(ev)
		}
		if a, err = auditEvidence(ev); err != nil || file == "" {
			return err
		}
		return saveEvidence(file, ev)
	})
	return a, err
}

// auditEvidence audits a machine that carries the GPU's tables.
func auditEvidence(ev *machine.Evidence) (*fault.AuthorityAudit, error) {
	if len(ev.GPUTables) == 0 {
		return nil, usage{errors.New("the machine was saved without the GPU's tables; pxos boot --save FILE saves them")}
	}
	t, err := tables.Decode(ev.GPUTables)
	if err != nil {
		return nil, err
	}
	return fault.InspectAuthority(ev, t, fault.Options{}), nil
}

// saveEvidence writes a recorded machine so that it can be audited and diagnosed
// again: both are done once, so that the pages that they read are kept.
func saveEvidence(file string, ev *machine.Evidence) error {
	machine.Record(ev)
	if len(ev.GPUTables) > 0 {
		if _, err := auditEvidence(ev); err != nil {
			return err
		}
	}
	if _, err := fault.Diagnose(ev, fault.Options{}); err != nil {
		return err
	}
	return machine.SaveEvidence(file, ev)
}
