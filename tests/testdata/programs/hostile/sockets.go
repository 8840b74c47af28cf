package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

// addresses are what the random calls on sockets name: good ones, and some that are not.
var addresses = [][]byte{
	{2, 0, 0x30, 0x39, 127, 0, 0, 1, 15: 0},
	{2, 0, 0x30, 0x3A, 0, 0, 0, 0, 15: 0},
	{2, 0, 0, 0, 127, 0, 0, 9, 15: 0},
	{2, 0, 0, 80, 8, 8, 8, 8, 15: 0},
	{10, 0, 0x30, 0x39, 23: 1, 27: 0},
	{10, 0, 0x30, 0x3A, 27: 0},
	{10, 0, 0x30, 0x39, 18: 0xFF, 19: 0xFF, 20: 127, 23: 1, 27: 0},
	append([]byte{1, 0}, "/tmp/s1\x00"...),
	append([]byte{1, 0}, "/tmp/s2"...),
	append([]byte{1, 0}, "/tmp/not/there"...),
	append([]byte{1, 0}, "\x00abstract"...),
	{1, 0}, {0, 0}, {16, 0, 11: 0}, {99, 0, 15: 0}, {},
}

// socketCalls makes random calls on sockets that do not wait.
type socketCalls struct {
	generator
	fds   [40]int
	data  [70000]byte
	epoll int
}

func (c *socketCalls) some(n int) int { return int(c.next() % uint64(n)) }

// fd is one of those that are open, now and then one that is not a socket.
func (c *socketCalls) fd() uintptr { return uintptr(c.fds[c.some(len(c.fds))]) }

func (c *socketCalls) address() (at, size uintptr) {
	a := addresses[c.some(len(addresses))]
	if len(a) == 0 {
		return 0x1000, uintptr(c.next() % 200)
	}
	return uintptr(unsafe.Pointer(&a[0])), uintptr(len(a)) - uintptr(c.some(20)/19)
}

func (c *socketCalls) memory() (at, n uintptr) {
	n = uintptr([]int{0, 1, 100, 4096, 5000, 65507, 70000}[c.some(7)])
	return uintptr(unsafe.Pointer(&c.data[max(len(c.data)-int(n)-1, 0)])), n
}

func (c *socketCalls) put(fd uintptr, e syscall.Errno) {
	if e == 0 {
		i := c.some(len(c.fds))
		syscall.Close(c.fds[i])
		c.fds[i] = int(fd)
	}
}

func call(number, a, b, d, e, f, g uintptr) (uintptr, syscall.Errno) {
	r, _, errno := syscall.RawSyscall6(number, a, b, d, e, f, g)
	return r, errno
}

// sockets makes n random calls on sockets, and looks afterwards whether all that they
// held was given back.
func sockets() {
	n, _ := strconv.Atoi(os.Args[2])
	c := &socketCalls{}
	c.seed, _ = strconv.ParseUint(os.Args[3], 10, 64)
	c.epoll, _ = syscall.EpollCreate1(0)
	for i := range c.fds {
		c.fds[i], _ = syscall.Dup(c.epoll)
	}
	signalNothing()
	for range n {
		c.one()
	}
	for _, fd := range c.fds {
		syscall.Close(fd)
	}
	block := make([]byte, 200<<10)
	for i := range 500 {
		p, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK, 0)
		if err != nil {
			fmt.Println("socketpair", i, err)
			os.Exit(1)
		}
		if m, err := syscall.Write(p[0], block); m != len(block) {
			fmt.Println("write", i, m, err)
			os.Exit(1)
		}
		syscall.Close(p[0])
		syscall.Close(p[1])
	}
	fmt.Println("calls made")
	os.Exit(3)
}

// signalNothing has SIGPIPE ignored.
func signalNothing() {
	var action [4]uint64
	action[0] = 1
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(syscall.SIGPIPE), uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
}

func (c *socketCalls) one() {
	at, n := c.memory()
	address, size := c.address()
	sizeAt := uint32(c.next() % 200)
	sizeAddress := uintptr(unsafe.Pointer(&sizeAt))
	const nonblock, dontWait = syscall.SOCK_NONBLOCK, syscall.MSG_DONTWAIT
	switch c.some(22) {
	case 0, 1:
		family := []uintptr{1, 1, 2, 10, 16, 3}[c.some(6)]
		c.put(call(syscall.SYS_SOCKET, family, []uintptr{1, 1, 2, 5, 3}[c.some(5)]|nonblock, uintptr(c.some(12)/11*6), 0, 0, 0))
	case 2:
		var p [2]int32
		_, e := call(syscall.SYS_SOCKETPAIR, 1, []uintptr{1, 2, 5}[c.some(3)]|nonblock, 0, uintptr(unsafe.Pointer(&p)), 0, 0)
		c.put(uintptr(p[0]), e)
		c.put(uintptr(p[1]), e)
	case 3:
		call(syscall.SYS_BIND, c.fd(), address, size, 0, 0, 0)
	case 4:
		call(syscall.SYS_LISTEN, c.fd(), uintptr(c.some(4)), 0, 0, 0, 0)
	case 5, 6:
		call(syscall.SYS_CONNECT, c.fd(), address, size, 0, 0, 0)
	case 7:
		c.put(call(syscall.SYS_ACCEPT4, c.fd(), at, sizeAddress, nonblock, 0, 0))
	case 8:
		call(syscall.SYS_SENDTO, c.fd(), at, n, dontWait|uintptr(c.some(3)), address, size*uintptr(c.some(2)))
	case 9:
		call(syscall.SYS_RECVFROM, c.fd(), at, n, dontWait|uintptr(c.some(4)), at, sizeAddress)
	case 10, 11, 12:
		c.message(syscall.SYS_SENDMSG)
	case 13:
		c.message(syscall.SYS_RECVMSG)
	case 14:
		call(syscall.SYS_SHUTDOWN, c.fd(), uintptr(c.some(4)), 0, 0, 0, 0)
	case 15:
		call([]uintptr{syscall.SYS_GETSOCKNAME, syscall.SYS_GETPEERNAME}[c.some(2)], c.fd(), at, sizeAddress, 0, 0, 0)
	case 16:
		c.data[0], c.data[1] = byte(c.some(2)), 0
		call(syscall.SYS_SETSOCKOPT, c.fd(), uintptr([]int{0, 1, 6, 41}[c.some(4)]), uintptr(c.some(45)), uintptr(unsafe.Pointer(&c.data[0])), uintptr(c.some(20)), 0)
		call(syscall.SYS_GETSOCKOPT, c.fd(), uintptr([]int{0, 1, 6, 41}[c.some(4)]), uintptr(c.some(45)), at, sizeAddress, 0)
	case 17:
		event := [3]uint32{uint32(c.next())}
		call(syscall.SYS_EPOLL_CTL, uintptr(c.epoll), uintptr(1+c.some(3)), c.fd(), uintptr(unsafe.Pointer(&event)), 0, 0)
		call(syscall.SYS_EPOLL_WAIT, uintptr(c.epoll), uintptr(unsafe.Pointer(&c.data)), 100, 0, 0, 0)
	case 18:
		syscall.Close(c.fds[c.some(len(c.fds))])
	case 19:
		c.put(call(syscall.SYS_DUP, c.fd(), 0, 0, 0, 0, 0))
	case 20:
		call(syscall.SYS_SPLICE, c.fd(), 0, c.fd(), 0, n, 2)
		call(syscall.SYS_IOCTL, c.fd(), 0x541B, at, 0, 0, 0)
	case 21:
		var p [2]int32
		_, e := call(syscall.SYS_PIPE2, uintptr(unsafe.Pointer(&p)), nonblock, 0, 0, 0, 0)
		c.put(uintptr(p[0]), e)
		c.put(uintptr(p[1]), e)
	}
}

// message sends or receives with control messages: open files, or nonsense.
func (c *socketCalls) message(number uintptr) {
	at, n := c.memory()
	vectors := [4]uint64{uint64(at), uint64(n / 2), uint64(at), uint64(n - n/2)}
	control := [8]uint64{16 + 4*uint64(c.some(4)), 1 | uint64(1+c.some(30)/29)<<32}
	for i := range 3 {
		control[2+i/2] |= uint64(uint32(c.fd())) << (32 * (i % 2))
	}
	address, size := c.address()
	header := [7]uint64{uint64(address), uint64(size) * uint64(c.some(2)), uint64(uintptr(unsafe.Pointer(&vectors))), uint64(c.some(3)),
		uint64(uintptr(unsafe.Pointer(&control))), uint64(c.some(60))}
	if number == syscall.SYS_SENDMSG && c.some(4) > 0 {
		header[5] = (control[0] + 7) &^ 7
	}
	call(number, c.fd(), uintptr(unsafe.Pointer(&header)), syscall.MSG_DONTWAIT|uintptr(c.some(2)*2), 0, 0, 0)
}
