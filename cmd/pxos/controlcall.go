package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"pxos/abi/tables"
	"pxos/fault"
	"pxos/machine"
)

// maxReply bounds what is read from a control socket, in bytes.
const maxReply = 64 << 20

// remote is a machine that runs in another process.
type remote struct {
	name string
	http http.Client
}

// openRemote finds a running machine by name; "" is the only one.
func openRemote(name string) (*remote, error) {
	dir, err := controlDir()
	if err != nil {
		return nil, err
	}
	name, socket, err := chooseMachine(dir, name)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	return &remote{name, http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return d.DialContext(ctx, "unix", socket) },
	}}}, nil
}

// ask sends one request and returns the body of the answer.
func (r *remote) ask(ctx context.Context, method, path string) ([]byte, error) {
	q, err := http.NewRequestWithContext(ctx, method, "http://pxos"+path, nil)
	if err != nil {
		return nil, err
	}
	a, err := r.http.Do(q)
	if err != nil {
		return nil, fmt.Errorf("machine %s does not answer: %w", r.name, err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(io.LimitReader(a.Body, maxReply))
	if err != nil {
		return nil, fmt.Errorf("machine %s: %w", r.name, err)
	}
	if a.StatusCode == http.StatusOK {
		return body, nil
	}
	var said struct{ Error string }
	if json.Unmarshal(body, &said) != nil || said.Error == "" {
		said.Error = a.Status
	}
	return nil, fmt.Errorf("machine %s: %s", r.name, said.Error)
}

func (r *remote) get(ctx context.Context, path string, into any) error {
	body, err := r.ask(ctx, http.MethodGet, path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("machine %s: %w", r.name, err)
	}
	return nil
}

// save has the machine written to a file of ours, and says what its audit found.
func (r *remote) save(ctx context.Context, file string) (*fault.AuthorityAudit, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	body, err := r.ask(ctx, http.MethodPost, "/save?file="+url.QueryEscape(file))
	if err != nil {
		return nil, err
	}
	a := auditJSON{AuthorityAudit: &fault.AuthorityAudit{}}
	return a.AuthorityAudit, json.Unmarshal(body, &a)
}

// savedMachine reads a saved machine if what names a file; nil if it does not.
func savedMachine(what string) (*machine.Evidence, error) {
	if info, err := os.Stat(what); what == "" || err != nil || info.IsDir() {
		return nil, nil
	}
	ev, err := machine.LoadEvidence(what)
	if err != nil {
		return nil, usage{err}
	}
	return ev, nil
}

// tablesOf reads the tables of a running machine or of a saved one.
func tablesOf(ctx context.Context, what string) (name string, t *tables.Tables, err error) {
	ev, err := savedMachine(what)
	if err != nil {
		return "", nil, err
	}
	if ev != nil {
		if len(ev.GPUTables) == 0 {
			return "", nil, usage{fmt.Errorf("%s was saved without the GPU's tables; pxos boot --save FILE saves them", what)}
		}
		t, err = tables.Decode(ev.GPUTables)
		return filepath.Base(what), t, err
	}
	r, err := openRemote(what)
	if err != nil {
		return "", nil, err
	}
	var reply tablesJSON
	err = r.get(ctx, "/tables", &reply)
	return r.name, reply.Tables, err
}

// auditOf audits a running machine or a saved one.
func auditOf(ctx context.Context, what, save string) (name string, a *fault.AuthorityAudit, err error) {
	ev, err := savedMachine(what)
	if err != nil {
		return "", nil, err
	}
	if ev != nil {
		if save != "" {
			return "", nil, usage{fmt.Errorf("%s is saved already", what)}
		}
		a, err = auditEvidence(ev)
		return filepath.Base(what), a, err
	}
	r, err := openRemote(what)
	if err != nil {
		return "", nil, err
	}
	if save != "" {
		a, err = r.save(ctx, save)
		return r.name, a, err
	}
	reply := auditJSON{AuthorityAudit: &fault.AuthorityAudit{}}
	err = r.get(ctx, "/audit", &reply)
	return r.name, reply.AuthorityAudit, err
}

func atMostOne(what string) func(args []string) (string, error) {
	return func(args []string) (string, error) {
		switch len(args) {
		case 0:
			return "", nil
		case 1:
			return args[0], nil
		}
		return "", usage{fmt.Errorf("give at most %s", what)}
	}
}
