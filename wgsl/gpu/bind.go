package gpu

import (
	"fmt"

	"pxos/wgsl/ir"
	"pxos/wgsl/texture"
	"pxos/wgsl/types"
)

// Resource is a buffer, texture or sampler that an entry point uses.
type Resource struct {
	Group, Binding int
	Name           string
	Space          types.Space
	Access         types.Access
	Type           types.Type
	// MinSize is the least number of bytes that must be bound: a runtime-sized
	// array counts with one element.
	MinSize int64
	// Handle is the type of a texture or sampler; nil for a buffer. Type, Space and
	// Access are then those of the buffer that stands for it.
	Handle types.Type
}

func (r Resource) String() string {
	if r.Handle != nil {
		return fmt.Sprintf("@group(%d) @binding(%d) var %s: %s", r.Group, r.Binding, r.Name, r.Handle)
	}
	mode := r.Space.String()
	if r.Space == types.Storage {
		mode += ", " + r.Access.String()
	}
	return fmt.Sprintf("@group(%d) @binding(%d) var<%s> %s: %s", r.Group, r.Binding, mode, r.Name, r.Type)
}

// Resources lists what an entry point binds, in the order of the module.
func Resources(m *ir.Module, entry *ir.Function) ([]Resource, error) {
	var out []Resource
	for _, v := range m.Resources(entry) {
		switch v.Space {
		case types.Uniform, types.Storage:
			out = append(out, Resource{v.Group, v.Binding, v.Name, v.Space, v.Access, v.Type, types.SizeOf(v.Type), v.Handle})
		case types.Handle:
			out = append(out, Resource{v.Group, v.Binding, v.Name, types.Storage, texture.Access(v.Type), texture.Memory, types.SizeOf(texture.Memory), v.Type})
		case types.Immediate:
			return nil, &BindingError{fmt.Sprintf("%s is in the address space immediate, which the executors do not have", v.Name)}
		}
	}
	return out, nil
}

// Bound checks a dispatch against the resources of a pipeline and gives the
// bindings in the order of the resources.
func Bound(resources []Resource, d Dispatch, limits Limits) ([]Binding, error) {
	for axis, n := range d.Workgroups {
		if n > limits.MaxComputeWorkgroupsPerDimension {
			return nil, &BindingError{fmt.Sprintf("%d workgroups in %c: at most %d are allowed", n, "xyz"[axis], limits.MaxComputeWorkgroupsPerDimension)}
		}
	}
	given := map[[2]int]Binding{}
	for _, b := range d.Bindings {
		key := [2]int{b.Group, b.Binding}
		if _, twice := given[key]; twice {
			return nil, &BindingError{fmt.Sprintf("group %d binding %d is given twice", b.Group, b.Binding)}
		}
		given[key] = b
	}
	out := make([]Binding, len(resources))
	for i, r := range resources {
		key := [2]int{r.Group, r.Binding}
		b, ok := given[key]
		if !ok {
			return nil, &BindingError{fmt.Sprintf("nothing is bound to %s", r)}
		}
		b, err := resolved(r, b)
		if err != nil {
			return nil, err
		}
		if err := fits(r, b, limits); err != nil {
			return nil, err
		}
		delete(given, key)
		out[i] = b
	}
	for key := range given {
		return nil, &BindingError{fmt.Sprintf("group %d binding %d is given, but the entry point does not use it", key[0], key[1])}
	}
	return out, overlaps(resources, out)
}

// resolved puts the buffer of a texture or sampler into a binding, and checks that
// what is bound is of the kind that is wanted.
func resolved(r Resource, b Binding) (Binding, error) {
	fail := func(format string, args ...any) (Binding, error) {
		return b, &BindingError{fmt.Sprintf("%s: ", r) + fmt.Sprintf(format, args...)}
	}
	switch want := r.Handle.(type) {
	case types.Texture:
		if b.Texture == nil {
			return fail("a texture is wanted")
		}
		if why := b.Texture.suits(want); why != "" {
			return fail("the texture does not suit: %s", why)
		}
		b.Buffer, b.Offset, b.Size = b.Texture.buffer, 0, 0
	case types.Sampler:
		if b.Sampler == nil {
			return fail("a sampler is wanted")
		}
		if want.Comparison != (b.Sampler.Descriptor.Compare != "") {
			return fail("the sampler's comparison is %q", b.Sampler.Descriptor.Compare)
		}
		b.Buffer, b.Offset, b.Size = b.Sampler.buffer, 0, 0
	default:
		if b.Texture != nil || b.Sampler != nil {
			return fail("a buffer is wanted")
		}
	}
	return b, nil
}

// fits checks one binding.
func fits(r Resource, b Binding, limits Limits) error {
	fail := func(format string, args ...any) error {
		return &BindingError{fmt.Sprintf("%s: ", r) + fmt.Sprintf(format, args...)}
	}
	if b.Buffer == nil {
		return fail("the buffer is missing")
	}
	align, most := limits.MinStorageBufferOffsetAlignment, limits.MaxStorageBufferBindingSize
	if r.Space == types.Uniform {
		align, most = limits.MinUniformBufferOffsetAlignment, limits.MaxUniformBufferBindingSize
	}
	switch {
	case b.Offset < 0 || b.Size < 0 || b.Offset > b.Buffer.Size() || b.Bytes() > b.Buffer.Size()-b.Offset:
		return fail("%d bytes from %d on do not lie in a buffer of %d bytes", b.Size, b.Offset, b.Buffer.Size())
	case b.Offset%align != 0:
		return fail("the offset %d is not a multiple of %d", b.Offset, align)
	case b.Bytes() < r.MinSize:
		return fail("%d bytes are bound, its type needs at least %d", b.Bytes(), r.MinSize)
	case b.Bytes() > most:
		return fail("%d bytes are bound, at most %d are allowed", b.Bytes(), most)
	}
	return nil
}

// overlaps refuses two bindings of the same bytes of which one can be written
// (WebGPU, "Usage Scope Validation").
func overlaps(resources []Resource, bindings []Binding) error {
	for i, a := range bindings {
		for k := range i {
			b := bindings[k]
			if a.Buffer != b.Buffer || resources[i].Access == types.Read && resources[k].Access == types.Read {
				continue
			}
			if a.Offset < b.Offset+b.Bytes() && b.Offset < a.Offset+a.Bytes() {
				return &BindingError{fmt.Sprintf("%s and %s share bytes of one buffer, and one of them can be written", resources[k].Name, resources[i].Name)}
			}
		}
	}
	return nil
}
