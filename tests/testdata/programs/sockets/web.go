package main

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
)

// web makes 1,000 requests of HTTP, some of them large, and some with TLS.
func web() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %d:", r.Method, r.URL.Path, len(body))
		w.Write(bytes.Repeat(body, 2))
	})
	s := httptest.NewServer(handler)
	ask("http", s.Client(), s.URL, 1000)
	s.Close()
	s = httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // of connections that the client gave up
	s.StartTLS()
	client := s.Client()
	client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	ask("https", client, s.URL, 50)
	s.Close()
}

func ask(what string, client *http.Client, url string, n int) {
	var wg sync.WaitGroup
	var good atomic.Int64
	for w := range 5 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range n / 5 {
				body := bytes.Repeat([]byte{byte('a' + w)}, i%7*1000)
				r, err := client.Post(fmt.Sprintf("%s/%d/%d", url, w, i), "text/plain", bytes.NewReader(body))
				if err != nil {
					fmt.Println(what, err)
					return
				}
				got, err := io.ReadAll(r.Body)
				r.Body.Close()
				want := fmt.Sprintf("POST /%d/%d %d:%s%s", w, i, len(body), body, body)
				if err == nil && string(got) == want {
					good.Add(1)
				}
			}
		}()
	}
	wg.Wait()
	client.CloseIdleConnections()
	check(what, good.Load() == int64(n), good.Load())
}

// interfaces looks for the loopback among the interfaces.
func interfaces() {
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		check("interface", false, err)
		return
	}
	fmt.Println(lo.Index, lo.Name, lo.MTU, lo.HardwareAddr, lo.Flags)
	addresses, err := lo.Addrs()
	found := 0
	for _, a := range addresses {
		if s := a.String(); s == "127.0.0.1/8" || s == "::1/128" {
			found++
		}
	}
	check("addresses of lo", found >= 1, addresses, err)
}
