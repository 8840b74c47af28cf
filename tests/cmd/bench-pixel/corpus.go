package main

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"pxos/image"
	"pxos/image/toolchain"
)

// Names of the files whose figures have bars.
const (
	nameVmlinux    = "vmlinux"
	nameText       = "vmlinux.text"
	nameCompressed = "compressed"
)

// corpus makes the files in b.work, and says what could not be had.
func (b *bench) corpus(ctx context.Context) (files, absent []string) {
	add := func(name string, make func() ([]byte, error)) {
		data, err := make()
		path := filepath.Join(b.work, name)
		if err == nil {
			err = os.WriteFile(path, data, 0o644)
		}
		if err != nil {
			absent = append(absent, fmt.Sprintf("%s: %v", name, err))
			return
		}
		files = append(files, path)
	}
	image, kernel, err := linux(ctx)
	add(nameVmlinux, func() ([]byte, error) { return kernel, err })
	add(nameText, func() ([]byte, error) { return section(kernel, ".text") })
	add("go", func() ([]byte, error) { return os.ReadFile(filepath.Join(runtime.GOROOT(), "bin", "go")) })
	add("qemu", qemu)
	add("pxos.elf", func() ([]byte, error) { return ownKernel(ctx, b.work) })
	add("source.go", goSource)
	add("weights.gguf", func() ([]byte, error) { return weights(20 << 20), nil })
	add(nameCompressed, func() ([]byte, error) { return image[:min(len(image), 8<<20)], err })
	return files, absent
}

// linux is Debian's kernel as it is packed, and unpacked.
func linux(ctx context.Context) (image, kernel []byte, err error) {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return nil, nil, err
	}
	path, err := toolchain.EnsureLinux(ctx, cache, func(line string) { fmt.Fprintln(os.Stderr, line) })
	if err != nil {
		return nil, nil, err
	}
	if image, err = os.ReadFile(path); err != nil {
		return nil, nil, err
	}
	for _, p := range []struct {
		magic, program, variable string
	}{{"\xFD7zXZ\x00", "xz", "XZ"}, {"\x28\xB5\x2F\xFD", "zstd", "ZSTD"}, {"\x1F\x8B\x08", "gzip", "GZIP_PROGRAM"}} {
		for at := 0; ; at++ {
			n := bytes.Index(image[at:], []byte(p.magic))
			if n < 0 {
				break
			}
			at += n
			cmd := exec.CommandContext(ctx, program(p.variable, p.program), "-d", "-c")
			cmd.Stdin = bytes.NewReader(image[at:])
			// What follows the kernel in the image makes the program complain; the kernel
			// came out before.
			if kernel, _ = cmd.Output(); bytes.HasPrefix(kernel, []byte(elf.ELFMAG)) {
				return image, kernel, nil
			}
		}
	}
	return image, nil, fmt.Errorf("%s holds no kernel packed by xz, zstd or gzip", path)
}

func section(file []byte, name string) ([]byte, error) {
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	s := f.Section(name)
	if s == nil {
		return nil, fmt.Errorf("there is no section %s", name)
	}
	return s.Data()
}

func qemu() ([]byte, error) {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return nil, err
	}
	tools, err := toolchain.Find(cache)
	if err != nil {
		return nil, err
	}
	// Beside wrapper scripts in bin lie the programs themselves.
	if bin := tools.BinDir(); bin != "" {
		return os.ReadFile(filepath.Join(filepath.Dir(bin), "usr", "bin", toolchain.QEMU))
	}
	return os.ReadFile(tools.Executable(toolchain.QEMU))
}

func ownKernel(ctx context.Context, work string) ([]byte, error) {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return nil, err
	}
	tools, err := toolchain.Find(cache)
	if err != nil {
		return nil, err
	}
	kernel, err := image.Build(ctx, image.Options{Root: ".", Out: filepath.Join(work, "kernel"), Tools: tools})
	if err != nil {
		return nil, err
	}
	return os.ReadFile(kernel.ELF)
}

// sourceBytes is how much Go source is taken.
const sourceBytes = 20_000_000

var errEnough = errors.New("enough")

// goSource is the start of Go's own source, file after file.
func goSource() ([]byte, error) {
	var b bytes.Buffer
	err := filepath.WalkDir(filepath.Join(runtime.GOROOT(), "src"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		data, err := os.ReadFile(path)
		b.Write(data)
		if err == nil && b.Len() >= sourceBytes {
			return errEnough
		}
		return err
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return b.Bytes()[:min(b.Len(), sourceBytes)], nil
}

// weights is a GGUF file (version 3) of one tensor in Q8_0: blocks of 34 bytes, a scale
// in half precision and 32 numbers, made from normal random numbers of one seed.
func weights(n int) []byte {
	const blockWeights, columns, typeQ80, alignment = 32, 4096, 8, 32
	rows := n / 34 * blockWeights / columns
	out := append([]byte("GGUF"), 3, 0, 0, 0)
	out = binary.LittleEndian.AppendUint64(out, 1) // tensors
	out = binary.LittleEndian.AppendUint64(out, 0) // metadata
	out = binary.LittleEndian.AppendUint64(out, uint64(len("weights")))
	out = append(out, "weights"...)
	out = binary.LittleEndian.AppendUint32(out, 2)
	out = binary.LittleEndian.AppendUint64(out, columns)
	out = binary.LittleEndian.AppendUint64(out, uint64(rows))
	out = binary.LittleEndian.AppendUint32(out, typeQ80)
	out = binary.LittleEndian.AppendUint64(out, 0)
	for len(out)%alignment != 0 {
		out = append(out, 0)
	}
	r := rand.New(rand.NewPCG(1, 2))
	var block [blockWeights]float64
	for range rows * columns / blockWeights {
		most := 0.0
		for i := range block {
			block[i] = r.NormFloat64() * 0.02
			most = max(most, math.Abs(block[i]))
		}
		scale := most / 127
		out = binary.LittleEndian.AppendUint16(out, half(scale))
		for _, w := range block {
			out = append(out, byte(int8(math.Round(w/scale))))
		}
	}
	return out
}

// half is a small positive number in half precision, rounded to nearest.
func half(x float64) uint16 {
	fraction, exponent := math.Frexp(x) // x = fraction * 2^exponent, fraction in 0.5..1
	if exponent < -13 {
		return uint16(math.Round(math.Ldexp(x, 24)))
	}
	return uint16(exponent+13)<<10 + uint16(math.Round((fraction*2-1)*1024)) + 1<<10
}

// programLimit bounds the programs of the machine, so that a run takes minutes.
const programLimit = 3 << 20

// hostPrograms are n ELF files of this machine, evenly from all in /usr/bin and /usr/lib
// by name.
func hostPrograms(n int) ([]string, error) {
	var all []string
	for _, dir := range []string{"/usr/bin", "/usr/lib"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			info, err := d.Info()
			if err != nil || info.Size() < 4096 || info.Size() > programLimit {
				return err
			}
			f, err := os.Open(path)
			if err != nil {
				return nil // what may not be read is not compared
			}
			defer f.Close()
			var magic [4]byte
			if _, err := f.Read(magic[:]); err == nil && string(magic[:]) == elf.ELFMAG {
				all = append(all, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(all) < n {
		return nil, fmt.Errorf("this machine has %d ELF files in /usr/bin and /usr/lib, %d are wanted", len(all), n)
	}
	var list []string
	for i := range n {
		list = append(list, all[i*len(all)/n])
	}
	return list, nil
}
