package tests

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pxos/abi"
	"pxos/architect/trial"
	"pxos/image"
)

// TestOutbound has a program in pxOS talk to servers of this host by TCP and UDP through
// the TCP/IP stack.
func TestOutbound(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		fmt.Fprintf(w, "%x", sha256.Sum256(body))
	}))
	defer server.Close()
	packets, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer packets.Close()
	go func() {
		b := make([]byte, 2000)
		for {
			n, from, err := packets.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = packets.WriteTo([]byte("<"+string(b[:n])+">"), from) // the program asks again
		}
	}()
	page := server.Listener.Addr().(*net.TCPAddr).Port
	echo := packets.LocalAddr().(*net.UDPAddr).Port
	root, err := image.NewRoot()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, pkg := range map[string]string{"/bin/dial": "./tests/testdata/programs/dial", "/sbin/netd": "./user/netd"} {
		binary := filepath.Join(dir, filepath.Base(name))
		if err := image.BuildProgram(t.Context(), "..", pkg, binary); err != nil {
			t.Fatal(err)
		}
		if err := root.AddTree(binary, name); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := root.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	module, err := image.Package(image.Program{Root: archive, Path: "/sbin/netd", Arguments: []string{"netd", "-net", "--", "/bin/dial",
		strconv.Itoa(page), strconv.Itoa(echo), strconv.Itoa(freePort(t))}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "module")
	if err := os.WriteFile(file, module, 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := trial.Boot(t.Context(), trial.Config{Tools: tools(t), Kernel: kernel(t).elf, Module: file, Cmdline: "program quick", Limit: 5 * time.Minute,
		RAMBytes: 512 << 20, Quiet: true, Args: []string{"-netdev", "user,id=net0,ipv6=off", "-device", "virtio-net-pci,netdev=net0,disable-legacy=on"}})
	if err != nil {
		t.Fatal(err)
	}
	want := "pages: [" + strings.TrimSpace(strings.Repeat("200 <nil> true ", 8)) + "]\nfrom: 10.0.2.15 to: 10.0.2.2\necho: 5 packets\necho: 5 packets true\n" +
		"refused: true true\nIPv6: true\nown address: <nil>\n"
	end, _ := r.Report.First(abi.ReportProgram)
	if string(r.GPUConsole) != want || end.Uint("status") != 0 || len(r.Audit) != 0 {
		t.Errorf("%v, audit %v, %s\n%s\nexpected:\n%s", end.Fields, r.Audit, r.Why(), r.GPUConsole, want)
	}
}
