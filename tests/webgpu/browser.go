package webgpu

import (
	"context"
	_ "embed" // the page
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

//go:embed page.html
var page []byte

// ErrNoBrowser says that no Chromium was found.
var ErrNoBrowser = errors.New("no Chromium here: install Debian's package chromium, or name the program in CHROMIUM")

// Browser finds the program: CHROMIUM, else chromium or google-chrome on the path.
func Browser() (string, error) {
	if p := os.Getenv("CHROMIUM"); p != "" {
		return p, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", ErrNoBrowser
}

// Run runs jobs one after the other in one browser. Each result is given to
// progress, where that is not nil, and all are returned in the order of the jobs.
// A browser that dies or falls silent for stall is an error.
func Run(ctx context.Context, jobs []Job, stall time.Duration, progress func(*Result)) ([]Result, error) {
	program, err := Browser()
	if err != nil {
		return nil, err
	}
	s := &session{jobs: jobs, results: make([]Result, len(jobs)), progress: progress, beat: make(chan struct{}, 1), end: make(chan error, 1)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: s.handler(), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	profile, err := os.MkdirTemp("", "pxos-webgpu-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(profile)
	stop, err := start(program, profile, "http://"+listener.Addr().String()+"/", s.end)
	if err != nil {
		return nil, err
	}
	defer stop()
	quiet := time.NewTimer(stall)
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case err := <-s.end:
			return s.results, err
		case <-s.beat:
			quiet.Reset(stall)
		case <-quiet.C:
			return nil, fmt.Errorf("the browser said nothing for %v, at job %q", stall, s.current())
		}
	}
}

// start runs the browser in a process group of its own; stop ends the group.
func start(program, profile, url string, ended chan<- error) (stop func(), err error) {
	cmd := exec.Command(program, "--headless=new", "--no-sandbox", "--disable-gpu-sandbox", "--no-first-run", "--mute-audio",
		"--disable-extensions", "--disable-background-networking", "--disable-dev-shm-usage", "--enable-unsafe-webgpu",
		"--enable-features=Vulkan", "--use-webgpu-adapter=swiftshader", "--user-data-dir="+profile, url)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", program, err)
	}
	gone := make(chan struct{})
	go func() {
		err := cmd.Wait()
		close(gone)
		select {
		case ended <- fmt.Errorf("the browser ended before the jobs did: %v", err):
		default:
		}
	}()
	return func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-gone
	}, nil
}

// session serves the page and hands out the jobs.
type session struct {
	jobs     []Job
	progress func(*Result)
	beat     chan struct{}
	end      chan error

	mu      sync.Mutex
	next    int
	results []Result
}

func (s *session) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == 0 {
		return "none yet"
	}
	return s.jobs[s.next-1].Name
}

func (s *session) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page)
	})
	mux.HandleFunc("POST /job", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.next == len(s.jobs) {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		s.next++
		_ = json.NewEncoder(w).Encode(s.jobs[s.next-1])
	})
	mux.HandleFunc("POST /result", s.result)
	mux.HandleFunc("POST /done", func(http.ResponseWriter, *http.Request) { s.finish(nil) })
	mux.HandleFunc("POST /broken", func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		s.finish(fmt.Errorf("the page broke: %s", text))
	})
	return mux
}

func (s *session) finish(err error) {
	select {
	case s.end <- err:
	default:
	}
}

func (s *session) result(w http.ResponseWriter, r *http.Request) {
	var got Result
	if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		s.finish(fmt.Errorf("the page posted what is no result: %w", err))
		return
	}
	s.mu.Lock()
	at := s.next - 1
	s.results[at] = got
	s.mu.Unlock()
	select {
	case s.beat <- struct{}{}:
	default:
	}
	if s.progress != nil {
		s.progress(&got)
	}
}
