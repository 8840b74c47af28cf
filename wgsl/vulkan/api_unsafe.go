//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// library is Vulkan's functions, found when first called.
type library struct {
	find     uintptr // vkGetInstanceProcAddr
	instance uintptr

	mu    sync.Mutex
	known map[string]uintptr
}

// openLibrary loads the driver or the loader. Its symbols stay its own, so that
// two drivers can live in one process.
func openLibrary(name string) (*library, error) {
	if name == "" {
		name = os.Getenv("PXOS_VULKAN")
	}
	if name == "" {
		name = "libvulkan.so.1"
	}
	lib, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("no Vulkan: %w; install a driver, or name one in PXOS_VULKAN", err)
	}
	for _, symbol := range []string{"vkGetInstanceProcAddr", "vk_icdGetInstanceProcAddr"} {
		if f, err := purego.Dlsym(lib, symbol); err == nil {
			return &library{find: f, known: map[string]uintptr{}}, nil
		}
	}
	return nil, fmt.Errorf("%s is no Vulkan library: it has no vkGetInstanceProcAddr; name the driver or the loader in PXOS_VULKAN", name)
}

// cstring is text with a zero byte behind it.
func cstring(s string) *byte {
	b := append([]byte(s), 0)
	return &b[0]
}

// call calls a function of Vulkan. Arguments are int, uint32, uintptr, handle, or
// a pointer made with ptr: those lie on the heap and live until it returns.
func (l *library) call(name string, args ...any) result {
	f := l.function(name)
	if f == 0 {
		return errorNotPresent
	}
	words := make([]uintptr, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case int:
			words[i] = uintptr(a)
		case uint32:
			words[i] = uintptr(a)
		case uintptr:
			words[i] = a
		case handle:
			words[i] = uintptr(a)
		case unsafe.Pointer:
			words[i] = uintptr(a)
		default:
			panic(fmt.Sprintf("vulkan: argument %d of %s is a %T", i, name, a))
		}
	}
	r, _, _ := purego.SyscallN(f, words...)
	escape(args)
	runtime.KeepAlive(args)
	return result(int32(r))
}

// function finds a function by its name, 0 where there is none.
func (l *library) function(name string) uintptr {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.known[name]
	if !ok {
		text := cstring(name)
		escape([]any{text})
		f, _, _ = purego.SyscallN(l.find, l.instance, uintptr(unsafe.Pointer(text)))
		runtime.KeepAlive(text)
		l.known[name] = f
	}
	return f
}

// use makes the instance that all further functions are found with.
func (l *library) use(instance uintptr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.instance, l.known = instance, map[string]uintptr{}
}

func ptr[T any](p *T) unsafe.Pointer { return unsafe.Pointer(p) }

// escape puts what is passed on the heap, where it does not move: the compiler
// cannot know that it is never kept.
func escape(args []any) {
	if never {
		kept = args
	}
}

var (
	never bool
	kept  []any
)
