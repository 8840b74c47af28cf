// Command dial talks to the host by TCP and UDP: its arguments are the ports of an HTTP
// server there, of an echo of packets, and one where nobody listens.
package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"time"
)

const host = "10.0.2.2:"

func main() {
	page(os.Args[1])
	packets(os.Args[2])
	_, err := net.DialTimeout("tcp", host+os.Args[3], 10*time.Second)
	fmt.Println("refused:", errors.Is(err, syscall.ECONNREFUSED), err != nil)
	_, err = net.DialTimeout("tcp", "[2001:db8::1]:80", 5*time.Second)
	fmt.Println("IPv6:", errors.Is(err, syscall.ENETUNREACH))
	own()
}

// page posts what comes back as its hash, from several connections at a time.
func page(port string) {
	body := bytes.Repeat([]byte("pxOS"), 250_000)
	answers := make([]string, 8)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			r, err := http.Post("http://"+host+port+"/", "text/plain", bytes.NewReader(body[:len(body)-i]))
			if err != nil {
				answers[i] = err.Error()
				return
			}
			defer r.Body.Close()
			text, err := io.ReadAll(r.Body)
			want := sha256.Sum256(body[:len(body)-i])
			answers[i] = fmt.Sprint(r.StatusCode, err, string(text) == fmt.Sprintf("%x", want))
		})
	}
	all.Wait()
	fmt.Println("pages:", answers)
}

// packets sends some by a socket that is connected, and some by one that is not.
func packets(port string) {
	c, err := net.Dial("udp", host+port)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	fmt.Println("from:", c.LocalAddr().(*net.UDPAddr).IP, "to:", c.RemoteAddr().(*net.UDPAddr).IP)
	fmt.Println("echo:", exchange(c.Write, c.Read, c))
	u, err := net.ListenPacket("udp4", ":0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer u.Close()
	to, _ := net.ResolveUDPAddr("udp4", host+port)
	var from net.Addr
	fmt.Println("echo:", exchange(func(b []byte) (int, error) { return u.WriteTo(b, to) },
		func(b []byte) (n int, err error) { n, from, err = u.ReadFrom(b); return n, err }, u), from.String() == to.String())
}

// exchange sends packets until each came back: any may be lost.
func exchange(write, read func([]byte) (int, error), c interface{ SetReadDeadline(time.Time) error }) string {
	b := make([]byte, 2000)
	for i := range 5 {
		text := fmt.Sprint("packet ", i)
		for try := 0; ; try++ {
			if try == 20 {
				return "lost"
			}
			if _, err := write([]byte(text)); err != nil {
				return err.Error()
			}
			_ = c.SetReadDeadline(time.Now().Add(time.Second))
			n, err := read(b)
			for err == nil && string(b[:n]) != "<"+text+">" { // an earlier try's
				n, err = read(b)
			}
			if err == nil {
				break
			}
		}
	}
	return "5 packets"
}

// own listens at the address that others see.
func own() {
	l, err := net.Listen("tcp", "10.0.2.15:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	fmt.Println("own address:", err)
	if err == nil {
		c.Close()
	}
}
