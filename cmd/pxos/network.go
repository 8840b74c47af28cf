package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

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

// networkArguments give the machine a network card: behind it QEMU's user networking, so
// that nothing of the host is reached that was not asked for.
func networkArguments(forwards []forward) []string {
	if len(forwards) == 0 {
		return nil
	}
	netdev := "user,id=net0"
	for _, f := range forwards {
		netdev += fmt.Sprintf(",hostfwd=tcp:127.0.0.1:%d-:%d", f.host, f.guest)
	}
	return []string{"-netdev", netdev, "-device", "virtio-net-pci,netdev=net0,disable-legacy=on"}
}

// addNetwork adds the TCP/IP stack to a root, and has it start the program.
func addNetwork(ctx context.Context, l *lab, root *image.Root, p *image.Program, forwards []forward) error {
	binary := filepath.Join(l.work(), "netd")
	if err := image.BuildProgram(ctx, l.root, "./user/netd", binary); err != nil {
		return err
	}
	data, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	arguments := []string{"netd"}
	for _, f := range forwards {
		arguments = append(arguments, "-p", strconv.Itoa(int(f.guest)))
	}
	arguments = append(append(arguments, "--", p.Path), p.Arguments[1:]...)
	p.Path, p.Arguments = "/sbin/netd", arguments
	return root.AddFile(p.Path, 0o755, data)
}
