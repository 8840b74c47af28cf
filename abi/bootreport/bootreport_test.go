package bootreport

import (
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
)

func sealed(body string) string {
	return body + fmt.Sprintf("@px end tests=1 failed=0 crc=0x%08x\n", crc32.ChecksumIEEE([]byte(body)))
}

const body = "@px boot version=1 loader=pvh cmdline=\"a b\"\n@px test name=paging checks=3 failed=0\n"

func TestParseWholeReport(t *testing.T) {
	r := Parse([]byte("SeaBIOS\r\n" + strings.ReplaceAll(sealed(body), "\n", "\r\n") + "noise"))
	if !r.Complete || !r.Passed() || r.Problem != "" {
		t.Fatalf("complete=%v passed=%v problem=%q", r.Complete, r.Passed(), r.Problem)
	}
	boot, ok := r.First("boot")
	if !ok || boot.Fields["cmdline"] != "a b" || boot.Uint("version") != 1 {
		t.Fatalf("boot line: %+v", boot)
	}
}

func TestDamageIsSeen(t *testing.T) {
	whole := sealed(body)
	for name, text := range map[string]string{
		"changed byte": strings.Replace(whole, "paging", "pagin9", 1),
		"cut short":    body,
		"empty":        "",
		"lost line":    strings.Replace(whole, "@px test name=paging checks=3 failed=0\n", "", 1),
	} {
		if r := Parse([]byte(text)); r.Complete || r.Passed() || r.Problem == "" {
			t.Errorf("%s: complete=%v problem=%q", name, r.Complete, r.Problem)
		}
	}
}

func TestLastStartCounts(t *testing.T) {
	r := Parse([]byte("@px boot version=1\n@px mem base=0x0\n" + sealed(body)))
	if !r.Complete || len(r.Find("mem")) != 0 {
		t.Fatalf("complete=%v problem=%q lines=%d", r.Complete, r.Problem, len(r.Lines))
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sealed(body)))
	f.Add([]byte("@px a b=\"\n@px  =\n@px x y=1 y=2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := Parse(data)
		if r.Complete && r.Problem != "" {
			t.Fatalf("complete with a problem: %q", r.Problem)
		}
		if len(r.Lines) > maxLines {
			t.Fatalf("%d lines", len(r.Lines))
		}
	})
}
