package gpu

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"pxos/abi"
)

func TestArgumentBlock(t *testing.T) {
	b := &Buffer{offset: 0x300000, bytes: 1022}
	got, err := argumentBlock(Workgroups{X: 7}, []Binding{{Number: 3, Buffer: b, Offset: 256}, {Number: 1, Buffer: b, Bytes: 4}})
	const want = "07000000010000000100000002000000" + "030000000001300000030000" + "00000000" + "0100000000003000" + "0400000000000000"
	if hex.EncodeToString(got) != want || err != nil {
		t.Errorf("%x, %v", got, err)
	}
	for name, bad := range map[string][]Binding{
		"no buffer": {{}}, "at 4": {{Buffer: b, Offset: 4}}, "1028 bytes": {{Buffer: b, Bytes: 1028}}, "at -256": {{Buffer: b, Offset: -256}},
		"at 1024": {{Buffer: b, Offset: 1024}}, "9 bindings": make([]Binding, abi.ExecuteBindings+1),
	} {
		if _, err := argumentBlock(Workgroups{}, bad); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReasons(t *testing.T) {
	for code := Error(1); code < abi.ErrNum; code++ {
		if !strings.HasPrefix(code.Error(), "GPU: ") {
			t.Errorf("error %d: %s", uint32(code), code.Error())
		}
	}
	if _, err := Open(); err != nil && !errors.Is(err, ErrNoGPU) {
		t.Errorf("a machine without pxOS: %v", err)
	}
}
