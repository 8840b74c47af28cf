package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"
)

func udp() {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", "[::]:0"} {
		p, err := net.ListenPacket("udp", address)
		if err != nil {
			check("udp "+address, false, err)
			continue
		}
		c, err := net.Dial("udp", p.LocalAddr().String())
		if err != nil {
			check("dial udp "+address, false, err)
			continue
		}
		var b [100]byte
		c.Write([]byte("question"))
		n, from, err := p.ReadFrom(b[:])
		check("udp to "+address, err == nil && string(b[:n]) == "question", b[:n], err)
		p.WriteTo([]byte("answer"), from)
		n, err = c.Read(b[:3])
		check("udp cut "+address, err == nil && string(b[:n]) == "ans", b[:n], err)
		c.Write(nil)
		n, _, err = p.ReadFrom(b[:])
		check("udp empty "+address, err == nil && n == 0, n, err)
		p.Close()
		c.Write([]byte("nobody"))
		c.SetReadDeadline(time.Now().Add(time.Second))
		_, err = c.Read(b[:])
		check("udp refused "+address, number(err) == syscall.ECONNREFUSED, err)
		c.Close()
	}
	udpLarge()
	udpFilter()
}

func udpLarge() {
	p, _ := net.ListenPacket("udp", "127.0.0.1:0")
	defer p.Close()
	c, _ := net.Dial("udp", p.LocalAddr().String())
	defer c.Close()
	for _, n := range []int{1, 4095, 4096, 4097, 65507} {
		data := make([]byte, n)
		for i := range data {
			data[i] = byte(i * 31)
		}
		c.Write(data)
		got := make([]byte, 70000)
		m, _, err := p.ReadFrom(got)
		check(fmt.Sprint("udp of ", n), err == nil && bytes.Equal(got[:m], data), m, err)
	}
	_, err := c.Write(make([]byte, 65508))
	check("udp too long", number(err) == syscall.EMSGSIZE, err)
	for range 5000 { // more than fit
		c.Write(make([]byte, 1000))
	}
	p.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	n := 0
	var err2 error
	for ; err2 == nil; n++ {
		_, _, err2 = p.ReadFrom(make([]byte, 1000))
	}
	check("udp dropped", n > 10 && n < 5000 && errors.Is(err2, os.ErrDeadlineExceeded), n, err2)
}

// udpFilter: a connected socket hears its peer alone.
func udpFilter() {
	a, _ := net.ListenPacket("udp", "127.0.0.1:0")
	b, _ := net.ListenPacket("udp", "127.0.0.1:0")
	c, _ := net.Dial("udp", a.LocalAddr().String())
	defer a.Close()
	defer b.Close()
	defer c.Close()
	b.WriteTo([]byte("stranger"), c.LocalAddr())
	a.WriteTo([]byte("friend"), c.LocalAddr())
	var got [20]byte
	n, err := c.Read(got[:])
	check("udp filter", err == nil && string(got[:n]) == "friend", string(got[:n]), err)
}
