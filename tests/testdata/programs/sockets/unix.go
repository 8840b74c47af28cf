package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

func unix() {
	dir, err := os.MkdirTemp("", "s")
	if err != nil {
		check("folder", false, err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "socket")
	l := listen("unix", path)
	go echo(l)
	c, err := net.Dial("unix", path)
	check("dial unix", err == nil, err)
	fmt.Fprint(c, "hello")
	c.(*net.UnixConn).CloseWrite()
	got, err := io.ReadAll(c)
	check("echo unix", string(got) == "hello" && err == nil, got, err)
	check("names", c.RemoteAddr().String() == path && c.LocalAddr().String() == "@", c.RemoteAddr(), c.LocalAddr())
	c.Close()
	info, err := os.Stat(path)
	check("stat", err == nil && info.Mode().Type() == os.ModeSocket, err)
	_, err = os.Open(path)
	check("open", number(err) == syscall.ENXIO, err)
	_, err = net.Listen("unix", path)
	check("unix in use", number(err) == syscall.EADDRINUSE, err)
	bigTransfer("unix", path)
	l.Close()
	_, err = net.Dial("unix", path)
	check("unlinked", number(err) == syscall.ENOENT, err)
	os.WriteFile(path, nil, 0o600)
	_, err = net.Dial("unix", path)
	check("no socket", number(err) == syscall.ECONNREFUSED, err)

	l = listen("unix", "@abstract")
	go echo(l)
	c, err = net.Dial("unix", "@abstract")
	check("abstract", err == nil && c.RemoteAddr().String() == "@abstract", err)
	c.Close()
	l.Close()
	_, err = net.Dial("unix", "@abstract")
	check("abstract gone", number(err) == syscall.ECONNREFUSED, err)
	unixPackets(dir)
	unixSequence(dir)
}

func unixPackets(dir string) {
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	a, err := net.ListenPacket("unixgram", one)
	check("unixgram", err == nil, err)
	b, err := net.ListenPacket("unixgram", two)
	check("unixgram", err == nil, err)
	defer b.Close()
	var got [100]byte
	for _, text := range []string{"first", "", "third"} {
		_, err = a.WriteTo([]byte(text), b.LocalAddr())
		n, from, err2 := b.ReadFrom(got[:])
		check("unixgram "+text, err == nil && err2 == nil && string(got[:n]) == text && from.String() == one, err, err2, from)
	}
	a.Close()
	_, err = b.WriteTo([]byte("nobody"), &net.UnixAddr{Name: one, Net: "unixgram"})
	check("unixgram nobody", number(err) == syscall.ECONNREFUSED, err)
}

func unixSequence(dir string) {
	path := filepath.Join(dir, "sequence")
	l := listen("unixpacket", path)
	defer l.Close()
	c, err := net.Dial("unixpacket", path)
	check("dial unixpacket", err == nil, err)
	d, err := l.Accept()
	check("accept unixpacket", err == nil, err)
	c.Write([]byte("one"))
	c.Write([]byte("twotwo"))
	var got [100]byte
	n, err := d.Read(got[:])
	m, err2 := d.Read(got[10:13])
	check("boundaries", err == nil && err2 == nil && string(got[:n]) == "one" && string(got[10:10+m]) == "two", n, m, err, err2)
	c.Close()
	n, err = d.Read(got[:])
	check("unixpacket end", n == 0 && errors.Is(err, io.EOF), n, err)
	_, err = d.Write([]byte("x"))
	check("unixpacket pipe", number(err) == syscall.EPIPE, err)
	d.Close()
}
