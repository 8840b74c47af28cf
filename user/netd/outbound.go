package main

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
)

// Options of a gateway's sockets: kernel/linux/gateway.go.
const (
	levelGateway  = 0x5058
	gatewayTake   = 1
	gatewayAnswer = 2
	dialTimeout   = 30 * time.Second
)

// carry makes us the gateway: what programs send to other machines goes out by the stack.
func carry(s *stack.Stack, address string) error {
	at, err := netip.ParseAddr(address)
	if err != nil {
		return err
	}
	own := at.As4()
	take := func(c syscall.Conn) error {
		return option(c, levelGateway, gatewayTake, int(binary.LittleEndian.Uint32(own[:])))
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := take(l.(*net.TCPListener)); err != nil {
		return errors.Join(err, l.Close())
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go connect(s, c.(*net.TCPConn))
		}
	}()
	return carryPackets(s, take)
}

// option sets an option of a socket that has a number as its value.
func option(c syscall.Conn, level, name, value int) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = syscall.SetsockoptInt(int(fd), level, name, value) })
	return errors.Join(err, failed)
}

// full is an address as the stack has it.
func full(a netip.AddrPort) tcpip.FullAddress {
	return tcpip.FullAddress{NIC: nic, Addr: tcpip.AddrFrom4(a.Addr().Unmap().As4()), Port: a.Port()}
}

// connect makes the connection that a program wants, whose other end is inside, and
// joins the two.
func connect(s *stack.Stack, inside *net.TCPConn) {
	to := inside.LocalAddr().(*net.TCPAddr).AddrPort()
	if to.Addr().Unmap().IsLoopback() { // somebody who found our own port
		_ = inside.Close()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	outside, err := gonet.DialContextTCP(ctx, s, full(to), ipv4.ProtocolNumber)
	cancel()
	if option(inside, levelGateway, gatewayAnswer, int(errno(err))) != nil || err != nil { // or the program has gone
		_ = inside.Close()
		if err == nil {
			_ = outside.Close()
		}
		return
	}
	join(outside, inside)
}

// errno is why a connection was not made, as connect(2) tells it. gonet hands on no more
// than the words.
func errno(err error) syscall.Errno {
	if err == nil {
		return 0
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return syscall.ETIMEDOUT
	}
	for number, e := range map[syscall.Errno]tcpip.Error{
		syscall.ECONNREFUSED: &tcpip.ErrConnectionRefused{}, syscall.ETIMEDOUT: &tcpip.ErrTimeout{},
		syscall.ENETUNREACH: &tcpip.ErrNetworkUnreachable{}, syscall.ECONNRESET: &tcpip.ErrConnectionReset{},
		syscall.EADDRNOTAVAIL: &tcpip.ErrNoPortAvailable{},
	} {
		if strings.HasSuffix(err.Error(), e.String()) {
			return number
		}
	}
	return syscall.EHOSTUNREACH
}
