package main

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
)

// A flow is the packets of UDP between one socket of a program and one address of
// another machine. It ends when none came for a while.
const (
	flowIdle    = time.Minute
	flowsMost   = 1024
	packetBytes = 65536
)

// flow is both ends of one.
type flow struct {
	outside *gonet.UDPConn // to the other machine
	inside  net.PacketConn // bound to the other machine's address, for the answers
}

// way names a flow.
type way struct{ from, to netip.AddrPort }

// carrier carries packets.
type carrier struct {
	stack *stack.Stack

	mu    sync.Mutex
	flows map[way]*flow
}

// carryPackets takes the packets of UDP that programs send to other machines.
func carryPackets(s *stack.Stack, take func(syscall.Conn) error) error {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return err
	}
	if err := errors.Join(option(c, syscall.IPPROTO_IP, syscall.IP_RECVORIGDSTADDR, 1), take(c)); err != nil {
		return errors.Join(err, c.Close())
	}
	go (&carrier{stack: s, flows: map[way]*flow{}}).run(c)
	return nil
}

// run carries packets out for as long as there is a socket.
func (r *carrier) run(c *net.UDPConn) {
	b, control := make([]byte, packetBytes), make([]byte, 256)
	for {
		n, used, _, from, err := c.ReadMsgUDPAddrPort(b, control)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		to, ok := destination(control[:used])
		if err != nil || !ok {
			continue
		}
		if f := r.flow(way{from, to}); f != nil {
			_, _ = f.outside.Write(b[:n]) // a packet that is lost is lost
		}
	}
}

// destination reads IP_ORIGDSTADDR.
func destination(control []byte) (to netip.AddrPort, ok bool) {
	messages, err := syscall.ParseSocketControlMessage(control)
	if err != nil {
		return to, false
	}
	for _, m := range messages {
		if m.Header.Level == syscall.IPPROTO_IP && m.Header.Type == syscall.IP_ORIGDSTADDR && len(m.Data) >= 8 {
			return netip.AddrPortFrom(netip.AddrFrom4([4]byte(m.Data[4:8])), binary.BigEndian.Uint16(m.Data[2:])), true
		}
	}
	return to, false
}

// flow finds the flow of a packet, or makes it; nil where that cannot be.
func (r *carrier) flow(w way) *flow {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.flows[w]; f != nil {
		_ = f.outside.SetReadDeadline(time.Now().Add(flowIdle))
		return f
	}
	if len(r.flows) == flowsMost {
		return nil
	}
	transparent := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var failed error
		err := c.Control(func(fd uintptr) {
			failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_TRANSPARENT, 1)
		})
		return errors.Join(err, failed)
	}}
	inside, err := transparent.ListenPacket(context.Background(), "udp4", w.to.String())
	if err != nil {
		return nil
	}
	to := full(w.to)
	outside, err := gonet.DialUDP(r.stack, nil, &to, ipv4.ProtocolNumber)
	if err != nil {
		_ = inside.Close()
		return nil
	}
	f := &flow{outside, inside}
	_ = outside.SetReadDeadline(time.Now().Add(flowIdle))
	r.flows[w] = f
	go r.answers(w, f)
	return f
}

// answers carries what comes back, until nothing has for a while.
func (r *carrier) answers(w way, f *flow) {
	b := make([]byte, packetBytes)
	for {
		n, err := f.outside.Read(b)
		if err != nil {
			break
		}
		_, _ = f.inside.WriteTo(b[:n], net.UDPAddrFromAddrPort(w.from)) // a packet that is lost is lost
		_ = f.outside.SetReadDeadline(time.Now().Add(flowIdle))
	}
	r.mu.Lock()
	delete(r.flows, w)
	r.mu.Unlock()
	_ = f.inside.Close()
	_ = f.outside.Close()
}
