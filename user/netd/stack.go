package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/arp"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
)

// nic is the number of the one interface of the stack.
const nic = 1

// newStack makes a stack with one interface, the card.
func newStack(c *card, address, gateway string) (*stack.Stack, error) {
	prefix, err := netip.ParsePrefix(address)
	if err != nil || !prefix.Addr().Is4() {
		return nil, fmt.Errorf("address %q: give an IPv4 address and the length of its prefix, such as 10.0.2.15/24", address)
	}
	router, err := netip.ParseAddr(gateway)
	if err != nil || !router.Is4() {
		return nil, fmt.Errorf("gateway %q: give an IPv4 address", gateway)
	}
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol, arp.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol, udp.NewProtocol, icmp.NewProtocol4},
	})
	if err := s.CreateNIC(nic, c.attach()); err != nil {
		return nil, errors.New(err.String())
	}
	ours := tcpip.ProtocolAddress{Protocol: ipv4.ProtocolNumber,
		AddressWithPrefix: tcpip.AddressWithPrefix{Address: tcpip.AddrFrom4(prefix.Addr().As4()), PrefixLen: prefix.Bits()}}
	if err := s.AddProtocolAddress(nic, ours, stack.AddressProperties{}); err != nil {
		return nil, errors.New(err.String())
	}
	s.SetRouteTable([]tcpip.Route{
		{Destination: ours.AddressWithPrefix.Subnet(), NIC: nic},
		{Destination: header.IPv4EmptySubnet, Gateway: tcpip.AddrFrom4(router.As4()), NIC: nic},
	})
	return s, nil
}

// forward joins each connection to a port of the card to the same port of the kernel's
// loopback.
func forward(s *stack.Stack, address string, port uint16) error {
	at, err := netip.ParseAddr(address)
	if err != nil {
		return err
	}
	l, err := gonet.ListenTCP(s, tcpip.FullAddress{NIC: nic, Addr: tcpip.AddrFrom4(at.As4()), Port: port}, ipv4.ProtocolNumber)
	if err != nil {
		return err
	}
	go func() {
		for {
			outside, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				inside, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
				if err != nil { // nobody listens
					_ = outside.Close()
					return
				}
				join(outside, inside)
			}()
		}
	}()
	return nil
}

// join copies both ways until both sides have ended.
func join(outside, inside net.Conn) {
	defer outside.Close()
	defer inside.Close()
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{inside, outside}, {outside, inside}} {
		both.Go(func() {
			io.Copy(way[0], way[1]) //nolint:errcheck // an end that is gone ends the copy, which is all there is to do
			if c, ok := way[0].(interface{ CloseWrite() error }); ok {
				_ = c.CloseWrite()
			}
		})
	}
	both.Wait()
}
