package job

import (
	"fmt"
	"strconv"
	"strings"

	"pxos/wgsl/gpu"
)

// Kind is how a file holds numbers.
type Kind string

// The kinds. Raw is bytes as they are; the others are numbers as text, in a file
// with the ending .bin little-endian words.
const (
	Raw Kind = "raw"
	U32 Kind = "u32"
	I32 Kind = "i32"
	F32 Kind = "f32"
	F16 Kind = "f16"
)

var kinds = []Kind{Raw, U32, I32, F32, F16}

// Input is what a binding starts with: a file, or Bytes bytes filled with a word.
type Input struct {
	Group, Binding int
	File           string
	Kind           Kind // "" is told by the file's name
	Bytes          int64
	Fill           string // a number for every word; "" is zero
	Texture        *TextureInput
	Sampler        *gpu.SamplerDescriptor
}

// Output is a binding whose bytes are wanted.
type Output struct {
	Group, Binding int
	File           string // "-" is standard output
	Kind           Kind
}

// SpecError is a --bind or --out that cannot be understood.
type SpecError struct{ Message string }

func (e *SpecError) Error() string { return e.Message }

// splitSpec takes G:B=REST apart.
func splitSpec(flag, spec string) (group, binding int, rest string, err error) {
	at, rest, ok := strings.Cut(spec, "=")
	g, b, ok2 := strings.Cut(at, ":")
	group, err1 := strconv.Atoi(g)
	binding, err2 := strconv.Atoi(b)
	if !ok || !ok2 || err1 != nil || err2 != nil || group < 0 || binding < 0 || rest == "" {
		return 0, 0, "", &SpecError{fmt.Sprintf("%s %s: write GROUP:BINDING=…, such as %s 0:1=data.npy", flag, spec, flag)}
	}
	return group, binding, rest, nil
}

// splitKind takes the :type off a file's name.
func splitKind(file string) (string, Kind) {
	if at := strings.LastIndexByte(file, ':'); at > 0 {
		for _, k := range kinds {
			if string(k) == file[at+1:] {
				return file[:at], k
			}
		}
	}
	return file, ""
}

// ParseInput reads G:B=FILE[:type], G:B=size=BYTES[,fill=N], and for textures and
// samplers G:B=PICTURE[,layers=N][,mipmaps], G:B=texture=WxH[xD][,…], and
// G:B=sampler=WORD,….
func ParseInput(spec string) (Input, error) {
	group, binding, rest, err := splitSpec("--bind", spec)
	if err != nil {
		return Input{}, err
	}
	in := Input{Group: group, Binding: binding}
	if words, ok := strings.CutPrefix(rest, "sampler="); ok {
		in.Sampler, err = parseSampler(spec, words)
		return in, err
	}
	if name, options, ok := pictureSpec(rest); ok {
		in.Texture, err = parseTexture(spec, options, name != "")
		in.File = name
		return in, err
	}
	if !strings.HasPrefix(rest, "size=") && !strings.HasPrefix(rest, "fill=") {
		in.File, in.Kind = splitKind(rest)
		return in, nil
	}
	for _, part := range strings.Split(rest, ",") {
		name, v, _ := strings.Cut(part, "=")
		switch name {
		case "size":
			if in.Bytes, err = parseSize(v); err != nil {
				return Input{}, &SpecError{fmt.Sprintf("--bind %s: %v", spec, err)}
			}
		case "fill":
			in.Fill = v
		default:
			return Input{}, &SpecError{fmt.Sprintf("--bind %s: %q is neither size=BYTES nor fill=NUMBER", spec, part)}
		}
	}
	return in, nil
}

// parseSize reads bytes, with k, M or G for powers of 1024.
func parseSize(s string) (int64, error) {
	scale := int64(1)
	for suffix, by := range map[string]int64{"k": 1 << 10, "M": 1 << 20, "G": 1 << 30} {
		if t, ok := strings.CutSuffix(s, suffix); ok {
			s, scale = t, by
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || n > (4<<30)/scale {
		return 0, fmt.Errorf("%q is not a size from 1 byte to 4 GiB", s)
	}
	return n * scale, nil
}

// ParseOutput reads G:B=FILE[:type].
func ParseOutput(spec string) (Output, error) {
	group, binding, rest, err := splitSpec("--out", spec)
	if err != nil {
		return Output{}, err
	}
	file, kind := splitKind(rest)
	return Output{group, binding, file, kind}, nil
}

// ParseWorkgroups reads X, X,Y or X,Y,Z.
func ParseWorkgroups(s string) ([3]uint32, error) {
	out := [3]uint32{1, 1, 1}
	parts := strings.Split(s, ",")
	if len(parts) > 3 {
		return out, &SpecError{fmt.Sprintf("--workgroups %s: write X, X,Y or X,Y,Z", s)}
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 32)
		if err != nil {
			return out, &SpecError{fmt.Sprintf("--workgroups %s: %q is not a count", s, p)}
		}
		out[i] = uint32(n)
	}
	return out, nil
}

// ParseOverride reads NAME=VALUE.
func ParseOverride(s string) (name string, value float64, err error) {
	name, text, ok := strings.Cut(s, "=")
	switch text {
	case "true":
		return name, 1, nil
	case "false":
		return name, 0, nil
	}
	value, e := strconv.ParseFloat(text, 64)
	if !ok || e != nil || name == "" {
		return "", 0, &SpecError{fmt.Sprintf("--override %s: write NAME=NUMBER", s)}
	}
	return name, value, nil
}
