package abi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// TestMailboxIsTheDocumentedOne: kernel, device and documents share these
// numbers; a change of one breaks what was built before.
func TestMailboxIsTheDocumentedOne(t *testing.T) {
	for name, c := range map[string][2]uint32{
		"UART_WRITE": {OpUARTWrite, 0x80}, "UART_READ": {OpUARTRead, 0x81}, "GPU_EXECUTE": {OpGPUExecute, 0x82},
		"MMIO_READ": {OpMMIORead, 0x83}, "MMIO_WRITE": {OpMMIOWrite, 0x84}, "SYSCALL": {OpSyscall, 0x85},
		"ALLOC": {OpAlloc, 0x86}, "FREE": {OpFree, 0x87}, "HALT": {OpHalt, 0x8F},
		"CMD": {RegCMD, 0}, "STATUS": {RegSTATUS, 4}, "RESP": {RegRESP, 8}, "DOORBELL": {RegDOORBELL, 0xC},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %#x, documented is %#x", name, c[0], c[1])
		}
	}
}

// TestNothingIsImported: ring 0 links this package.
func TestNothingIsImported(t *testing.T) {
	set := token.NewFileSet()
	for _, name := range []string{"mailbox.go", "report.go", "doc.go"} {
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Imports) != 0 {
			t.Errorf("%s imports %s", name, f.Imports[0].Path.Value)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.VAR {
				t.Errorf("%s holds a variable: ring 0 shares constants alone", name)
			}
			return true
		})
	}
}
