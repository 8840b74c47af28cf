package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

func listen(network, address string) net.Listener {
	l, err := net.Listen(network, address)
	if err != nil {
		fmt.Println("listen", network, err)
		os.Exit(1)
	}
	return l
}

// echo sends back what comes until the other side has sent all.
func echo(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			io.Copy(c, c)
		}()
	}
}

func tcp() {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", "[::]:0"} {
		l := listen("tcp", address)
		go echo(l)
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			check("dial "+address, false, err)
			continue
		}
		fmt.Fprint(c, "hello")
		c.(*net.TCPConn).CloseWrite()
		got, err := io.ReadAll(c)
		check("echo "+address, string(got) == "hello" && err == nil, got, err)
		check("addresses "+address, c.RemoteAddr().(*net.TCPAddr).Port == l.Addr().(*net.TCPAddr).Port && c.LocalAddr().(*net.TCPAddr).IP.IsLoopback(), c.LocalAddr(), c.RemoteAddr())
		c.Close()
		_, err = net.Listen("tcp", l.Addr().String())
		check("in use "+address, number(err) == syscall.EADDRINUSE, err)
		l.Close()
		_, err = net.Dial("tcp", l.Addr().String())
		check("refused "+address, number(err) == syscall.ECONNREFUSED, err)
	}
	l := listen("tcp", "127.0.0.1:0")
	go echo(l)
	manyConnections(l.Addr().String())
	bigTransfer("tcp", l.Addr().String())
	l.Close()
	deadlines()
	resets()
	v4OnV6()
	_, err := net.Dial("tcp", "127.0.0.1:1")
	check("nobody", number(err) == syscall.ECONNREFUSED, err)
}

func manyConnections(address string) {
	const n = 50
	var wg sync.WaitGroup
	bad := make(chan error, n)
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c, err := net.Dial("tcp", address)
			if err != nil {
				bad <- err
				return
			}
			defer c.Close()
			for j := range 20 {
				text := fmt.Appendf(nil, "connection %d message %d", i, j)
				if _, err := c.Write(text); err != nil {
					bad <- err
					return
				}
				got := make([]byte, len(text))
				if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, text) {
					bad <- fmt.Errorf("%q %w", got, err)
					return
				}
			}
		}()
	}
	wg.Wait()
	close(bad)
	err, some := <-bad
	check("many connections", !some, err)
}

// bigTransfer sends 16 MiB through an echo and compares the sums.
func bigTransfer(network, address string) {
	c, err := net.Dial(network, address)
	if err != nil {
		check("big "+network, false, err)
		return
	}
	defer c.Close()
	sent := sha256.New()
	go func() {
		block := make([]byte, 100_003)
		for i := range 160 {
			for j := range block {
				block[j] = byte(i*7 + j*j)
			}
			sent.Write(block)
			if _, err := c.Write(block); err != nil {
				break
			}
		}
		c.(interface{ CloseWrite() error }).CloseWrite()
	}()
	got := sha256.New()
	n, err := io.Copy(got, c)
	check("big "+network, err == nil && n == 160*100_003 && bytes.Equal(got.Sum(nil), sent.Sum(nil)), n, err)
}

// pair makes a connection of TCP and gives both of its ends.
func pair() (a, b *net.TCPConn) {
	l := listen("tcp", "127.0.0.1:0")
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	d, err := l.Accept()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return c.(*net.TCPConn), d.(*net.TCPConn)
}

func deadlines() {
	a, b := pair()
	defer a.Close()
	defer b.Close()
	var one [1]byte
	a.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	_, err := a.Read(one[:])
	check("read deadline", errors.Is(err, os.ErrDeadlineExceeded), err)
	a.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
	for err = nil; err == nil; {
		_, err = a.Write(make([]byte, 1<<20))
	}
	check("write deadline", errors.Is(err, os.ErrDeadlineExceeded), err)
	l := listen("tcp", "127.0.0.1:0").(*net.TCPListener)
	l.SetDeadline(time.Now().Add(20 * time.Millisecond))
	_, err = l.Accept()
	check("accept deadline", errors.Is(err, os.ErrDeadlineExceeded), err)
	l.Close()
}

func resets() {
	var one [1]byte
	a, b := pair()
	a.SetLinger(0)
	a.Close()
	_, err := b.Read(one[:])
	check("linger 0", number(err) == syscall.ECONNRESET, err)
	_, err = b.Read(one[:])
	check("after reset", err == io.EOF, err)
	_, err = b.Write(one[:])
	check("write after reset", number(err) == syscall.EPIPE, err)
	b.Close()

	a, b = pair()
	b.Write(make([]byte, 100))
	a.Read(one[:])
	a.Close() // with 99 bytes that it did not read
	_, err = b.Read(one[:])
	check("unread data", number(err) == syscall.ECONNRESET, err)
	b.Close()

	a, b = pair()
	a.Close()
	_, err = b.Read(one[:])
	check("end", err == io.EOF, err)
	_, err = b.Write(one[:])
	check("write to a closed one", err == nil, err)
	_, err = b.Write(one[:])
	check("again", number(err) == syscall.EPIPE, err)
	b.Close()

	l := listen("tcp", "127.0.0.1:0")
	c, err := net.Dial("tcp", l.Addr().String())
	if err == nil {
		l.Close()
		_, err = c.Read(one[:])
		c.Close()
	}
	check("never accepted", number(err) == syscall.ECONNRESET, err)
}

func v4OnV6() {
	l := listen("tcp", ":0")
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	for _, host := range []string{"127.0.0.1", "::1", "0.0.0.0"} {
		c, err := net.DialTCP("tcp", nil, &net.TCPAddr{IP: net.ParseIP(host), Port: port})
		if err != nil {
			check("dual stack "+host, false, err)
			continue
		}
		d, err := l.Accept()
		check("dual stack "+host, err == nil && d.RemoteAddr().String() == c.LocalAddr().String(), err)
		c.Close()
		d.Close()
	}
	_, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	check("dual stack in use", number(err) == syscall.EADDRINUSE, err)
}
