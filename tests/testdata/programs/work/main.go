// Command work does what ordinary programs do: goroutines, channels, timers, maps,
// garbage, JSON, compression, hashes, signatures, HTTP and TLS, a nil pointer that is recovered from. What it
// prints does not depend on where it runs.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
)

func main() {
	fmt.Println("goroutines", goroutines(200))
	fmt.Println("timers", timers())
	fmt.Println("garbage", garbage())
	fmt.Println("json", roundTrip())
	fmt.Println("gzip", squeeze())
	fmt.Printf("sha256 %x\n", sha256.Sum256([]byte(strings.Repeat("pxOS", 1000))))
	fmt.Println("crypto", secret())
	fmt.Println("http", served(false), served(true))
	fmt.Println("factorial", new(big.Int).MulRange(1, 60))
	fmt.Println("recovered", recovered())
	fmt.Println("preempted", preempted())
	if len(os.Args) > 1 && os.Args[1] == "crash" {
		var p *int
		*p = 1
	}
	os.Exit(7)
}

func goroutines(n int) int {
	var wait sync.WaitGroup
	out := make(chan int, 10)
	for i := range n {
		wait.Add(1)
		go func() {
			defer wait.Done()
			out <- i * i
		}()
	}
	go func() { wait.Wait(); close(out) }()
	sum := 0
	for v := range out {
		sum += v
	}
	return sum
}

func timers() string {
	var order []string
	done := make(chan string)
	for _, d := range []int{600, 200, 400} {
		time.AfterFunc(time.Duration(d)*time.Millisecond, func() { done <- fmt.Sprint(d) })
	}
	for range 3 {
		order = append(order, <-done)
	}
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for range 5 {
		<-tick.C
	}
	return strings.Join(order, " ")
}

func garbage() int {
	m := map[string][]byte{}
	for i := range 20000 {
		m[fmt.Sprint(i%500)] = make([]byte, 4096)
	}
	runtime.GC()
	return len(m)
}

func roundTrip() string {
	type point struct {
		X, Y int
		Tags map[string]float64
	}
	text, err := json.Marshal(point{1, 2, map[string]float64{"a": 0.5, "b": 1e30}})
	var p point
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	return fmt.Sprint(string(text), p, err)
}

func squeeze() string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	text := strings.Repeat("the quick brown fox ", 500)
	io.WriteString(w, text)
	w.Close()
	r, err := gzip.NewReader(&b)
	if err != nil {
		return err.Error()
	}
	back, err := io.ReadAll(r)
	return fmt.Sprint(string(back) == text, err)
}

// secret signs a text and seals the signature.
func secret() string {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	text := []byte("a text")
	signature := ed25519.Sign(key, text)
	if !ed25519.Verify(key.Public().(ed25519.PublicKey), text, signature) {
		return "the signature is wrong"
	}
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		return err.Error()
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%x", seal.Seal(nil, make([]byte, seal.NonceSize()), signature, text))
}

// served asks a server of its own for what it sent there, by many clients at a time.
func served(secure bool) string {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fmt.Fprint(w, r.Method, r.URL.Path, len(body), err)
	})
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // of connections that nobody needed in the end
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	defer s.Close()
	answers := make([]string, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			r, err := s.Client().Post(fmt.Sprintf("%s/%d", s.URL, i), "text/plain", strings.NewReader(strings.Repeat("x", 1000*i)))
			if err != nil {
				answers[i] = err.Error()
				return
			}
			defer r.Body.Close()
			body, err := io.ReadAll(r.Body)
			answers[i] = fmt.Sprint(r.Status, r.TLS != nil, string(body), err)
		})
	}
	all.Wait()
	return strings.Join(answers, ";")
}

func recovered() (what string) {
	defer func() { what = fmt.Sprint(recover()) }()
	var p *[4]int
	return fmt.Sprint(p[2])
}

// preempted has loops without calls beside others: they must be interrupted.
func preempted() int {
	var mu sync.Mutex
	done := map[int]bool{}
	var wait sync.WaitGroup
	for i := range 3 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			end := time.Now().Add(30 * time.Millisecond)
			n := 0
			for time.Now().Before(end) {
				for k := range 100_000 {
					n += k
				}
			}
			mu.Lock()
			done[i] = n > 0
			mu.Unlock()
		}()
	}
	wait.Wait()
	keys := make([]int, 0, 3)
	for k := range done {
		keys = append(keys, k)
	}
	sort.Ints(keys)
	return len(keys)
}
