package main

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// raw makes calls that the net package does not make, or not so.
func raw() {
	for _, c := range [][3]int{{syscall.AF_INET, syscall.SOCK_STREAM, syscall.IPPROTO_UDP}, {syscall.AF_UNIX, syscall.SOCK_RDM, 0},
		{syscall.AF_UNIX, syscall.SOCK_STREAM, 6}, {99, syscall.SOCK_STREAM, 0}, {syscall.AF_INET, 9, 0}, {syscall.AF_INET, syscall.SOCK_SEQPACKET, 0}} {
		_, err := syscall.Socket(c[0], c[1], c[2])
		fmt.Println("socket", c, err)
	}
	passing()
	options()
	polling()
	blocking()
}

// passing sends an open file from one socket to another.
func passing() {
	for _, kind := range []int{syscall.SOCK_STREAM, syscall.SOCK_DGRAM, syscall.SOCK_SEQPACKET} {
		p, err := syscall.Socketpair(syscall.AF_UNIX, kind, 0)
		check("socketpair", err == nil, err)
		var pipe [2]int
		syscall.Pipe(pipe[:])
		syscall.Write(pipe[1], []byte("through"))
		err = syscall.Sendmsg(p[0], []byte("take this"), syscall.UnixRights(pipe[0], p[0]), nil, 0)
		check("send a file", err == nil, err)
		syscall.Close(pipe[0])
		var b, oob [100]byte
		n, oobn, flags, _, err := syscall.Recvmsg(p[1], b[:], oob[:], syscall.MSG_CMSG_CLOEXEC)
		check("receive a file", err == nil && string(b[:n]) == "take this" && flags&^(syscall.MSG_CMSG_CLOEXEC|0x80) == 0, n, oobn, flags, err)
		messages, err := syscall.ParseSocketControlMessage(oob[:oobn])
		check("control message", err == nil && len(messages) == 1, err)
		fds, err := syscall.ParseUnixRights(&messages[0])
		check("files", err == nil && len(fds) == 2, fds, err)
		n, err = syscall.Read(fds[0], b[:])
		check("read it", string(b[:n]) == "through", n, err)
		for _, fd := range append(fds, pipe[1], p[1]) {
			syscall.Close(fd)
		}
		if kind == syscall.SOCK_STREAM { // one that is never taken
			syscall.Sendmsg(p[0], []byte("x"), syscall.UnixRights(p[0]), nil, syscall.MSG_NOSIGNAL)
		}
		syscall.Close(p[0])
	}
	p, _ := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_DGRAM, 0)
	syscall.Sendmsg(p[0], []byte("cut"), syscall.UnixRights(p[0], p[0], p[0]), nil, 0)
	var b, oob [24]byte
	n, oobn, flags, _, err := syscall.Recvmsg(p[1], b[:2], oob[:20], 0)
	fmt.Println("cut", n, oobn, flags, err)
	syscall.Close(p[0])
	syscall.Close(p[1])
}

func options() {
	fd, _ := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	for _, o := range [][2]int{{1, syscall.SO_TYPE}, {1, syscall.SO_ERROR}, {1, syscall.SO_ACCEPTCONN}, {1, 38}, {1, 39}, {1, syscall.SO_REUSEADDR},
		{6, syscall.TCP_NODELAY}, {6, syscall.TCP_KEEPIDLE}, {6, syscall.TCP_KEEPINTVL}, {6, syscall.TCP_KEEPCNT}, {0, syscall.IP_TTL},
		{1, 999}, {41, 26}, {99, 1}} {
		v, err := syscall.GetsockoptInt(fd, o[0], o[1])
		fmt.Println("option", o, v, err)
	}
	for _, o := range [][3]int{{1, syscall.SO_REUSEADDR, 5}, {6, syscall.TCP_NODELAY, 1}, {6, syscall.TCP_KEEPIDLE, 33}, {6, syscall.TCP_KEEPIDLE, 0}, {1, 999, 0}} {
		err := syscall.SetsockoptInt(fd, o[0], o[1], o[2])
		v, _ := syscall.GetsockoptInt(fd, o[0], o[1])
		fmt.Println("set", o, v, err)
	}
	fmt.Println("listen", syscall.Listen(fd, 1))
	v, err := syscall.GetsockoptInt(fd, 1, syscall.SO_ACCEPTCONN)
	fmt.Println("listens", v, err)
	_, err = syscall.Getpeername(fd)
	fmt.Println("peer", err)
	syscall.Close(fd)
	fd, _ = syscall.Socket(syscall.AF_UNIX, syscall.SOCK_DGRAM, 0)
	fmt.Println("connect", syscall.Connect(fd, &syscall.SockaddrUnix{Name: "/nowhere/at/all"}), syscall.Listen(fd, 1))
	fmt.Println("send", syscall.Sendto(fd, []byte("x"), 0, &syscall.SockaddrUnix{Name: "/tmp"}))
	_, err = syscall.Write(fd, []byte("x"))
	fmt.Println("write", err)
	syscall.Close(fd)
	fmt.Println("not a socket", syscall.Listen(1, 1), syscall.Listen(77, 1))
}

type pollfd struct {
	fd              int32
	events, revents int16
}

func poll(fd int) int16 {
	p := pollfd{fd: int32(fd), events: 0x2005}
	syscall.Syscall(syscall.SYS_POLL, uintptr(unsafe.Pointer(&p)), 1, 0)
	return p.revents
}

func polling() {
	for _, kind := range []int{syscall.SOCK_STREAM, syscall.SOCK_DGRAM, syscall.SOCK_SEQPACKET} {
		p, _ := syscall.Socketpair(syscall.AF_UNIX, kind|syscall.SOCK_NONBLOCK, 0)
		fmt.Printf("poll %d: %#x", kind, poll(p[0]))
		syscall.Write(p[1], []byte("12345"))
		n := 0
		syscall.Syscall(syscall.SYS_IOCTL, uintptr(p[0]), 0x541B, uintptr(unsafe.Pointer(&n)))
		fmt.Printf(" %#x (%d bytes)", poll(p[0]), n)
		syscall.Read(p[0], make([]byte, 10))
		_, err := syscall.Read(p[0], make([]byte, 10))
		fmt.Printf(" %#x %v", poll(p[0]), err)
		syscall.Shutdown(p[1], syscall.SHUT_WR)
		fmt.Printf(" %#x", poll(p[0]))
		syscall.Close(p[1])
		fmt.Printf(" %#x\n", poll(p[0]))
		syscall.Close(p[0])
	}
	for _, family := range []int{syscall.AF_INET, syscall.AF_UNIX} {
		fd, _ := syscall.Socket(family, syscall.SOCK_STREAM, 0)
		fmt.Printf("poll of a new one: %#x\n", poll(fd))
		syscall.Close(fd)
	}
}

// blocking has calls wait in the kernel, not in Go's poller.
func blocking() {
	p, _ := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	done := make(chan int)
	go func() {
		total := 0
		for b := make([]byte, 10000); ; {
			n, err := syscall.Read(p[1], b)
			if n <= 0 {
				fmt.Println("blocking end", n, err)
				break
			}
			total += n
		}
		done <- total
	}()
	n, err := syscall.Write(p[0], make([]byte, 1_000_000))
	fmt.Println("blocking write", n, err)
	syscall.Close(p[0])
	fmt.Println("blocking read", <-done)
	syscall.Close(p[1])
	p, _ = syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	syscall.SetsockoptTimeval(p[0], syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Usec: 20000})
	_, err = syscall.Read(p[0], make([]byte, 1))
	fmt.Println("time-out", err)
	f := os.NewFile(uintptr(p[1]), "end")
	f.Close()
	syscall.Close(p[0])
}
