package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pxos/image"
)

// forward is a port of this host's loopback that leads to one in pxOS.
type forward struct{ host, guest uint16 }

// forwards reads the HOST:GUEST pairs of -p.
func forwards(pairs []string) ([]forward, error) {
	var all []forward
	for _, pair := range pairs {
		from, to, ok := strings.Cut(pair, ":")
		host, err1 := strconv.ParseUint(from, 10, 16)
		guest, err2 := strconv.ParseUint(to, 10, 16)
		if !ok || err1 != nil || err2 != nil || host == 0 || guest == 0 {
			return nil, fmt.Errorf("-p %q: give HOST:GUEST, two ports such as 8080:80", pair)
		}
		all = append(all, forward{uint16(host), uint16(guest)})
	}
	return all, nil
}

// network is what a run is to have of one: ports that lead in, and whether programs get
// out.
type network struct {
	pairs    []string // HOST:GUEST
	outbound bool
	forwards []forward
}

func (n *network) flags(c *cobra.Command) {
	c.Flags().StringArrayVarP(&n.pairs, "publish", "p", nil, "HOST:GUEST joins a TCP port of this host's loopback to one in pxOS; may be repeated")
	c.Flags().BoolVar(&n.outbound, "net", false, "let programs connect to what this host can reach, itself (as 10.0.2.2) included")
}

func (n *network) wanted() bool { return len(n.pairs) > 0 || n.outbound }

// arguments give the machine a network card: behind it QEMU's user networking, by which
// nothing of the host is reached that was not asked for.
func (n *network) arguments() []string {
	if !n.wanted() {
		return nil
	}
	netdev := "user,id=net0,ipv6=off"
	if !n.outbound {
		netdev += ",restrict=on"
	}
	for _, f := range n.forwards {
		netdev += fmt.Sprintf(",hostfwd=tcp:127.0.0.1:%d-:%d", f.host, f.guest)
	}
	return []string{"-netdev", netdev, "-device", "virtio-net-pci,netdev=net0,disable-legacy=on"}
}

// netd is where the TCP/IP stack lies in pxOS, resolver what its programs ask for names.
const (
	netd     = "/sbin/netd"
	resolver = "nameserver 10.0.2.3\n"
)

// add adds the TCP/IP stack to a root, and gives the arguments that it is started with.
func (n *network) add(ctx context.Context, l *lab, root *image.Root) (arguments []string, err error) {
	binary := filepath.Join(l.work(), "netd")
	if err := image.BuildProgram(ctx, l.root, "./user/netd", binary); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	arguments = []string{"netd"}
	for _, f := range n.forwards {
		arguments = append(arguments, "-p", strconv.Itoa(int(f.guest)))
	}
	if n.outbound {
		arguments = append(arguments, "-net")
		if err := root.AddFile("/etc/resolv.conf", 0o644, []byte(resolver)); err != nil {
			return nil, err
		}
	}
	return arguments, root.AddFile(netd, 0o755, data)
}

// service has init keep the TCP/IP stack running.
func service(arguments []string) string {
	quoted := make([]string, len(arguments))
	for i, a := range arguments {
		quoted[i] = strconv.Quote(a)
	}
	quoted[0] = strconv.Quote(netd)
	return "\n[[program]]\nname = \"netd\"\nrun = [" + strings.Join(quoted, ", ") + "]\nrestart = \"always\"\n"
}
