package store

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pxos/pixel/codec"
)

var kills = flag.Int("kills", 9, "how often TestKill kills a writer")

// childVariable tells this test binary to be the writer that is killed.
const childVariable = "PXOS_STORE_CHILD"

func TestMain(m *testing.M) {
	if job, dir, ok := strings.Cut(os.Getenv(childVariable), " "); ok {
		if err := child(job, dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	os.Exit(m.Run())
}

// version is the content of a root by its number: each is a little different, and every
// third is like nothing before.
func version(n int) []byte {
	data := noise(uint64(n/3), 60_000)
	return append(data, noise(uint64(n), 200)...)
}

// child writes until it is killed, and says what is acknowledged, a line each.
func child(job, dir string) error {
	s, err := Open(ctx, dir, Options{Create: true, Write: true, Level: codec.Fast, Wait: time.Minute})
	if err != nil {
		return err
	}
	roots, err := s.Roots(ctx)
	if err != nil {
		return err
	}
	from := 0
	for _, r := range roots {
		n := 0
		if _, err := fmt.Sscanf(r.Name, "v%d", &n); err == nil {
			from = max(from, n+1)
		}
	}
	other, err := exportOf(from)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for n := from; ; n++ {
		switch job {
		case "import":
			if n > from {
				return nil
			}
			_, err = s.Import(ctx, other)
		case "gc":
			if _, err = s.PutBytes(ctx, fmt.Sprint("v", n), version(n)); err == nil {
				fmt.Println("put", n)
				fmt.Println("dropping", n-2)
				if _, err = s.GC(ctx, []string{fmt.Sprint("v", n-2)}); err != nil && n < 4 {
					err = nil // there is none yet
				}
			}
		default:
			_, err = s.PutBytes(ctx, fmt.Sprint("v", n), version(n))
		}
		if err != nil {
			return err
		}
		if job != "gc" {
			fmt.Println("put", n)
		}
	}
}

// exportOf is the export of a store with one root, v and the number.
func exportOf(n int) ([]byte, error) {
	dir, err := os.MkdirTemp("", "pxos-store-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s, err := Open(ctx, filepath.Join(dir, "s"), Options{Create: true, Write: true, Level: codec.Fast})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if _, err := s.PutBytes(ctx, fmt.Sprint("v", n), version(n)); err != nil {
		return nil, err
	}
	pack, _, err := s.Export(ctx, nil)
	return pack, err
}

// TestKill kills writers at random moments of puts, collections and imports. After each,
// the store is clean and has everything that was acknowledged.
func TestKill(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "s")
	r := rand.New(rand.NewPCG(1, 2))
	alive := map[int]bool{}
	midway := 0
	for i := range *kills {
		job := []string{"put", "gc", "import"}[i%3]
		put, dropping := runAndKill(t, self, job, dir, time.Duration(r.IntN(120))*time.Millisecond)
		for _, n := range put {
			alive[n] = true
		}
		for _, n := range dropping {
			delete(alive, n) // it may be gone, and may be there
		}
		s := openStore(t, dir)
		if report := verified(t, s); len(report.Notes) > 0 {
			midway++
		}
		for n := range alive {
			if !bytes.Equal(contentOf(t, s, fmt.Sprint("v", n)), version(n)) {
				t.Fatalf("kill %d, %s: v%d was acknowledged and has other bytes", i, job, n)
			}
		}
		// Keep the store small, as someone would.
		if i%10 == 9 {
			if _, err := s.GC(ctx, nil); err != nil {
				t.Fatalf("kill %d: %v", i, err)
			}
			if report := verified(t, s); len(report.Notes) > 0 {
				t.Fatalf("kill %d: a collection leaves %q", i, report.Notes)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d of them left a file behind; %d roots are there as they were put", *kills, midway, len(alive))
}

// runAndKill starts a writer, kills it some time after it is ready, and gives what it
// acknowledged and what it was about to drop.
func runAndKill(t *testing.T, self, job, dir string, after time.Duration) (put, dropping []int) {
	t.Helper()
	c, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(c, self)
	cmd.Env = append(os.Environ(), childVariable+"="+job+" "+dir)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if first, err := lines.ReadString('\n'); err != nil || first != "ready\n" {
		t.Fatalf("the writer says %q, %v: %s", first, err, said.String())
	}
	time.Sleep(after)
	_ = cmd.Process.Kill() // it may have ended by itself
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil && said.Len() > 0 {
		t.Fatalf("the writer failed before it was killed: %s", said.String())
	}
	for _, line := range strings.SplitAfter(string(rest), "\n") {
		n := 0
		if _, err := fmt.Sscanf(line, "put %d\n", &n); err == nil {
			put = append(put, n)
		} else if _, err := fmt.Sscanf(line, "dropping %d\n", &n); err == nil {
			dropping = append(dropping, n)
		}
	}
	return put, dropping
}
