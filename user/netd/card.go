package main

import (
	"fmt"
	"os"
	"strings"

	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/link/ethernet"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
)

// The longest frame of the card, and the longest packet in one.
const (
	frameBytes = 1514
	mtu        = 1500
	queue      = 512 // packets between the stack and the card
)

// card is the network card as a file of frames.
type card struct {
	file *os.File
	mac  tcpip.LinkAddress
}

// openCard opens the card. The kernel tells its address in /proc/net0.
func openCard(path string) (*card, error) {
	text, err := os.ReadFile("/proc/net0")
	if err != nil {
		return nil, fmt.Errorf("there is no network card: %w", err)
	}
	mac, err := tcpip.ParseMACAddress(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return &card{file: f, mac: mac}, nil
}

// attach gives the stack an endpoint that is the card.
func (c *card) attach() stack.LinkEndpoint {
	wire := channel.New(queue, mtu+header.EthernetMinimumSize, c.mac)
	go c.receive(wire)
	packets := make(chan struct{}, 1)
	wire.AddNotify(notify(packets))
	go c.send(wire, packets)
	return ethernet.New(wire)
}

// notify wakes who sends packets.
type notify chan struct{}

// WriteNotify is called by the endpoint when it has a packet.
func (n notify) WriteNotify() {
	select {
	case n <- struct{}{}:
	default:
	}
}

// receive passes on the frames that come.
func (c *card) receive(wire *channel.Endpoint) {
	frame := make([]byte, frameBytes)
	for {
		n, err := c.file.Read(frame)
		if err != nil {
			fmt.Fprintln(os.Stderr, "netd: the card:", err)
			return
		}
		packet := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(frame[:n])})
		wire.InjectInbound(0, packet)
		packet.DecRef()
	}
}

// send sends the frames that the stack has made.
func (c *card) send(wire *channel.Endpoint, packets <-chan struct{}) {
	for range packets {
		for {
			packet := wire.Read()
			if packet == nil {
				break
			}
			view := packet.ToView()
			if _, err := c.file.Write(view.AsSlice()); err != nil {
				fmt.Fprintln(os.Stderr, "netd: the card:", err)
			}
			view.Release()
			packet.DecRef()
		}
	}
}
