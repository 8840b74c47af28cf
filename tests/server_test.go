package tests

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pxos/abi"
	"pxos/architect/trial"
	"pxos/image"
)

// servedModule packs an HTTP server, with its arguments, and the TCP/IP stack that starts
// it and joins a port.
func servedModule(t *testing.T, pkg, port string, arguments ...string) string {
	t.Helper()
	root, err := image.NewRoot()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, pkg := range map[string]string{"/bin/server": pkg, "/sbin/netd": "./user/netd"} {
		binary := filepath.Join(dir, filepath.Base(name))
		if err := image.BuildProgram(t.Context(), "..", pkg, binary); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(binary)
		if err != nil {
			t.Fatal(err)
		}
		if err := root.AddFile(name, 0o755, data); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := root.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	module, err := image.Package(image.Program{Root: archive, Path: "/sbin/netd",
		Arguments: append([]string{"netd", "-p", port, "--", "/bin/server"}, arguments...)})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "module")
	if err := os.WriteFile(file, module, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// freePort is a port of the loopback that nobody has now.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// TestServer sends requests to an HTTP server in pxOS through a forwarded port, from
// several clients at once, and loses none; PXOS_REQUESTS says how many.
func TestServer(t *testing.T) {
	requests := 300
	if s := os.Getenv("PXOS_REQUESTS"); s != "" {
		var err error
		if requests, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	port := freePort(t)
	base := fmt.Sprintf("http://127.0.0.1:%d", port)
	module := servedModule(t, "./tests/testdata/programs/server", "8080", "127.0.0.1:8080")
	done := bootServer(t, t.Context(), module, port, 512<<20)
	awaitServer(t, base+"/first", done)
	start := time.Now()
	if lost := load(base, requests); lost != 0 {
		t.Errorf("%d of %d requests were lost", lost, requests)
	}
	t.Logf("%d requests in %.1f s", requests, time.Since(start).Seconds())
	upload(t, base)
	if text, err := get(base + "/end"); err != nil || text != fmt.Sprintf("served %d\n", requests+1) {
		t.Errorf("at the end the server says %q (%v)", text, err)
	}
	r := <-done
	if r == nil {
		return
	}
	if end, ok := r.Report.First(abi.ReportProgram); !ok || end.Uint("status") != 0 || len(r.Audit) != 0 {
		t.Errorf("the program ended with %v, audit %v: %s\n%s", end.Fields, r.Audit, r.Why(), r.GPUConsole)
	}
}

// bootServer boots pxOS with a module whose port 8080 is joined to one of this host.
func bootServer(t *testing.T, ctx context.Context, module string, port int, ram uint64) chan *trial.Result {
	t.Helper()
	k, tools := kernel(t), tools(t)
	ctx, cancel := context.WithCancel(ctx)
	t.Cleanup(cancel)
	done := make(chan *trial.Result, 1)
	go func() {
		r, err := trial.Boot(ctx, trial.Config{Tools: tools, Kernel: k.elf, Module: module, Cmdline: "program quick", Quiet: true, Limit: time.Hour,
			RAMBytes: ram, Args: []string{"-netdev", fmt.Sprintf("user,id=net0,hostfwd=tcp:127.0.0.1:%d-:8080", port),
				"-device", "virtio-net-pci,netdev=net0,disable-legacy=on"}})
		if err != nil && ctx.Err() == nil {
			t.Error(err)
		}
		done <- r
	}()
	return done
}

var client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 8}}

func get(url string) (string, error) {
	r, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", r.Status, b)
	}
	return string(b), err
}

// awaitServer waits for the first answer.
func awaitServer(t *testing.T, url string, done chan *trial.Result) {
	t.Helper()
	for {
		if _, err := get(url); err == nil {
			return
		}
		select {
		case r := <-done:
			t.Fatalf("the machine ended before the server answered: %s\n%s", r.Why(), r.GPUConsole)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// load makes requests by eight clients, every tenth on a connection of its own. It says
// how many had no answer, or a wrong one.
func load(base string, requests int) int64 {
	var lost, next atomic.Int64
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(requests) {
					return
				}
				if i%10 == 0 {
					client.CloseIdleConnections()
				}
				want := fmt.Sprintf(": GET /number/%d\n", i)
				if text, err := get(fmt.Sprintf("%s/number/%d", base, i)); err != nil || !strings.HasSuffix(text, want) {
					fmt.Fprintln(os.Stderr, i, text, err)
					lost.Add(1)
				}
			}
		})
	}
	clients.Wait()
	return lost.Load()
}

// upload sends a megabyte, of which the server tells the checksum.
func upload(t *testing.T, base string) {
	t.Helper()
	data := bytes.Repeat([]byte("pxOS "), 200_000)
	sum := sha256.Sum256(data)
	r, err := client.Post(base+"/sum", "application/octet-stream", bytes.NewReader(data))
	if err != nil {
		t.Error(err)
		return
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if want := fmt.Sprintln(len(data), hex.EncodeToString(sum[:]), nil); string(b) != want || err != nil {
		t.Errorf("upload: %q (%v), want %q", b, err, want)
	}
}
