package runtime

import (
	"crypto/sha256"
	"encoding/binary"

	"pxos/abi"
	"pxos/pxgpu/kernels"
)

// Kernel is a program of GPU_EXECUTE that is always there: an entry point of
// pxgpu/kernels.
type Kernel struct {
	File, Text, Entry string
}

// Kernels are the programs from 1 on, in the order of their numbers.
func Kernels() []Kernel {
	var out []Kernel
	add := func(file, text string, entries ...string) {
		for _, e := range entries {
			out = append(out, Kernel{file, text, e})
		}
	}
	add("attention.wgsl", kernels.AttentionWGSL, "attention")
	add("activations.wgsl", kernels.ActivationsWGSL, "relu", "gelu", "gelu_tanh", "silu", "sigmoid", "tanh_rows",
		"swiglu", "geglu", "softmax", "rms_norm", "layer_norm", "rope_pairs", "rope_halves")
	add("matmul.wgsl", kernels.MatmulWGSL, "matvec_f32", "matvec_q8_0", "matvec_q4_0", "matmul_f32", "matmul_q8_0", "matmul_q4_0")
	return out
}

// Hashes are the SHA-256 of the texts of programs 0 to abi.ProgramKernels; ping
// has none.
func Hashes() [][8]uint32 {
	out := make([][8]uint32, 1, abi.ProgramKernels+1)
	for _, k := range Kernels() {
		out = append(out, HashOf([]byte(k.Text)))
	}
	return out
}

// HashOf is a SHA-256 as big-endian words.
func HashOf(text []byte) (h [8]uint32) {
	sum := sha256.Sum256(text)
	for i := range h {
		h[i] = binary.BigEndian.Uint32(sum[4*i:])
	}
	return h
}
