// Command server serves HTTP on the port of its first argument until it is asked for
// /end.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

func main() {
	var requests atomic.Int64
	end := make(chan bool, 1)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "request %d: %s %s\n", requests.Add(1), r.Method, r.URL)
	})
	http.HandleFunc("/sum", func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.New()
		n, err := io.Copy(sum, r.Body)
		fmt.Fprintln(w, n, hex.EncodeToString(sum.Sum(nil)), err)
	})
	http.HandleFunc("/end", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "served", requests.Load())
		end <- true
	})
	go func() {
		<-end
		time.Sleep(200 * time.Millisecond) // the answer leaves first
		fmt.Println("served", requests.Load())
		os.Exit(0)
	}()
	fmt.Println("listening on", os.Args[1])
	fmt.Println(http.ListenAndServe(os.Args[1], nil))
	os.Exit(1)
}
