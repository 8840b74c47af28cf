package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pxos/abi"
	"pxos/architect/trial"
	"pxos/llm/generate"
	llmkernel "pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/resident"
	"pxos/models"
	"pxos/wgsl"
)

const (
	llmPrompt = "// Copyright 2009 The Go Authors. All rights reserved.\n"
	llmTokens = 64
)

// TestModelInside has the shipped model go on from a text inside pxOS, greedily: the tokens
// are those of this host.
func TestModelInside(t *testing.T) {
	f, m, v, err := models.Load(models.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e := model.NewEngine(m, runtime.NumCPU(), llmkernel.CacheF16)
	defer e.Close()
	here, err := generate.Continue(t.Context(), e.NewSequence(m.Context), v, v.Encode(llmPrompt, false), m.Context,
		generate.Options{Tokens: llmTokens, Now: time.Now}, func(string) error { return nil })
	if err != nil || len(here.IDs) != llmTokens {
		t.Fatalf("%d tokens, %v", len(here.IDs), err)
	}
	r, err := trial.Boot(t.Context(), trial.Config{Tools: tools(t), Kernel: kernel(t).elf, Module: programModule(t, "./user/llm", filepath.Join(t.TempDir(), "llm"), nil, "-ids", "-n", fmt.Sprint(llmTokens), "-p", llmPrompt),
		Cmdline: "program quick", Quiet: true, Limit: 10 * time.Minute, RAMBytes: 1 << 30, CPUs: 2})
	if err != nil {
		t.Fatal(err)
	}
	end, ok := r.Report.First(abi.ReportProgram)
	if !ok || end.Uint("status") != 0 || len(r.Audit) != 0 {
		t.Fatalf("%v, audit %v: %s\n%s", end.Fields, r.Audit, r.Why(), r.GPUConsole)
	}
	ids, said, _ := strings.Cut(string(r.GPUConsole), "\n")
	if want := fmt.Sprint(here.IDs); ids != want {
		t.Errorf("inside pxOS the tokens are %s, here %s", ids, want)
	}
	t.Logf("inside: %shere: %v", said, here)
}

// TestModelOnSoft has the shipped model go on from texts on WGSL's executor for the CPU: the tokens
// are those of the assembly. (llm/resident holds all architectures and types to it.)
func TestModelOnSoft(t *testing.T) {
	if !llmkernel.HasAssembly {
		t.Skip("this CPU has no assembly whose sums the shaders follow")
	}
	f, m, v, err := models.Load(models.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := wgsl.Open(t.Context(), "soft", wgsl.Options{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	b, err := resident.New(t.Context(), d, m, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	onGPU, onCPU := model.NewEngineOn(m, b), model.NewEngine(m, runtime.NumCPU(), llmkernel.CacheF16)
	defer onCPU.Close()
	defer onGPU.Close()
	for _, prompt := range []string{llmPrompt, "func (c *conn) Close() error {", "package main\n\nimport", "type Reader struct {"} {
		var ids [2][]int
		for i, e := range []*model.Engine{onCPU, onGPU} {
			s := e.NewSequence(m.Context)
			stats, err := generate.Continue(t.Context(), s, v, v.Encode(prompt, false), m.Context, generate.Options{Tokens: llmTokens, Now: time.Now}, func(string) error { return nil })
			if err != nil || s.Close() != nil {
				t.Fatal(err)
			}
			t.Logf("%q, %s: %v", prompt, []string{"CPU", d.Name()}[i], stats)
			ids[i] = stats.IDs
		}
		if !slices.Equal(ids[0], ids[1]) {
			t.Errorf("after %q the CPU goes on with %v, soft with %v", prompt, ids[0], ids[1])
		}
	}
}

// TestModelServedInside asks the server inside pxOS for a completion, through a forwarded
// port.
func TestModelServedInside(t *testing.T) {
	port := freePort(t)
	base := fmt.Sprintf("http://127.0.0.1:%d", port)
	done := bootServer(t, t.Context(), servedModule(t, "./user/llm", "8080", "-serve", "127.0.0.1:8080"), port, 1<<30)
	awaitServer(t, base+"/health", done)
	reply, err := http.Post(base+"/v1/completions", "application/json", strings.NewReader(`{"model":"pxlm","prompt":"package main\n\nimport","max_tokens":4}`))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var answer struct {
		Usage struct {
			Tokens int `json:"completion_tokens"`
		}
	}
	if err := json.NewDecoder(reply.Body).Decode(&answer); err != nil || reply.StatusCode != http.StatusOK || answer.Usage.Tokens == 0 {
		t.Errorf("%s, %d tokens, %v", reply.Status, answer.Usage.Tokens, err)
	}
}
