// Command netd is the TCP/IP stack of pxOS: a program like others, which has the network
// card for itself (/dev/net0) and joins what comes by it to the loopback sockets of the
// kernel. It can start the program that it serves, and leaves with its status.
//
// It imports gVisor's netstack and the standard library.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	var ports ports
	flag.Var(&ports, "p", "TCP port whose connections go on to the same port of 127.0.0.1; may be repeated")
	outbound := flag.Bool("net", false, "carry what programs send to other machines")
	address := flag.String("address", "10.0.2.15/24", "our address and the length of its prefix")
	gateway := flag.String("gateway", "10.0.2.2", "the router's address")
	flag.Parse()
	if err := run(*address, *gateway, *outbound, ports, flag.Args()); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			os.Exit(status(exit))
		}
		fmt.Fprintln(os.Stderr, "netd:", err)
		os.Exit(125)
	}
}

// ports is a flag that may be repeated.
type ports []uint16

func (p *ports) String() string { return fmt.Sprint([]uint16(*p)) }

func (p *ports) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 {
		return errors.New("a port is 1 to 65535")
	}
	*p = append(*p, uint16(n))
	return nil
}

// status is a program's as a shell has it.
func status(e *exec.ExitError) int {
	if w, ok := e.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return e.ExitCode()
}

// run serves the card, and until a program ends where one is named.
func run(address, gateway string, outbound bool, ports ports, program []string) error {
	card, err := openCard("/dev/net0")
	if err != nil {
		return err
	}
	stack, err := newStack(card, address, gateway)
	if err != nil {
		return err
	}
	for _, port := range ports {
		if err := forward(stack, address[:strings.IndexByte(address, '/')], port); err != nil {
			return err
		}
	}
	if outbound {
		if err := carry(stack, address[:strings.IndexByte(address, '/')]); err != nil {
			return err
		}
	}
	if len(program) == 0 {
		select {}
	}
	signal.Ignore(syscall.SIGINT, syscall.SIGQUIT) // they are for the program
	c := exec.Command(program[0], program[1:]...)
	c.Args[0] = filepath.Base(program[0])
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	return c.Run()
}
