package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/dop251/goja"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	lua "github.com/yuin/gopher-lua"

	"pxos/pixelvm"
	"pxos/pixelvm/golang"
)

//go:embed peers
var peers embed.FS

func (b *bench) measure(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "bench-vm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	compiled, err := pixelvm.NewCompiled(ctx, 0)
	if err != nil {
		return err
	}
	defer compiled.Close(ctx)
	for _, name := range b.only {
		if err := b.ours(ctx, name, compiled); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		b.plainGo(ctx, name, dir)
		b.wasi(ctx, name, dir)
		b.scripts(ctx, name, dir)
	}
	if err := b.loops(ctx, compiled); err != nil {
		return err
	}
	if err := b.manyInstances(ctx, compiled); err != nil {
		return err
	}
	b.bars()
	return nil
}

func source(name string) string { return filepath.Join("examples", "pixelvm", name, "main.go") }

// ours times the engines of the Pixel VM.
func (b *bench) ours(ctx context.Context, name string, compiled *pixelvm.Compiled) error {
	text, err := os.ReadFile(source(name))
	if err != nil {
		return err
	}
	p, err := golang.Compile(source(name), text, golang.Options{})
	if err != nil {
		return err
	}
	v, err := pixelvm.Verify(p)
	if err != nil {
		return err
	}
	for _, e := range []struct {
		name string
		pixelvm.Engine
	}{{"oracle", pixelvm.Oracle{}}, {"fast", pixelvm.Fast{}}, {"compiled", compiled}} {
		b.add(name, e.name, func() error {
			_, err := e.Run(context.WithoutCancel(ctx), v, pixelvm.Config{})
			return errors.Join(err, ctx.Err())
		})
	}
	return nil
}

// plainGo times the program as a process.
func (b *bench) plainGo(ctx context.Context, name, dir string) {
	out := filepath.Join(dir, name)
	if text, err := exec.CommandContext(ctx, "go", "build", "-o", out, "./"+filepath.Dir(source(name))).CombinedOutput(); err != nil {
		b.report.Absent = append(b.report.Absent, fmt.Sprintf("%s, native Go: %v: %s", name, err, text))
		return
	}
	b.add(name, "native Go", func() error { return exec.CommandContext(ctx, out).Run() })
}

// wasi times the program as Go's own WebAssembly in wazero, compiled and interpreted.
func (b *bench) wasi(ctx context.Context, name, dir string) {
	out := filepath.Join(dir, name+".wasm")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", out, "./"+filepath.Dir(source(name)))
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	text, err := cmd.CombinedOutput()
	var module []byte
	if err == nil {
		module, err = os.ReadFile(out)
	}
	if err != nil {
		b.report.Absent = append(b.report.Absent, fmt.Sprintf("%s, wazero: %v: %s", name, err, text))
		return
	}
	for column, config := range map[string]wazero.RuntimeConfig{"wazero": wazero.NewRuntimeConfigCompiler(), "wazero interp.": wazero.NewRuntimeConfigInterpreter()} {
		if err := b.wazero(ctx, name, column, module, config); err != nil {
			b.report.Absent = append(b.report.Absent, fmt.Sprintf("%s, %s: %v", name, column, err))
		}
	}
}

func (b *bench) wazero(ctx context.Context, name, column string, module []byte, config wazero.RuntimeConfig) error {
	r := wazero.NewRuntimeWithConfig(ctx, config)
	defer r.Close(ctx)
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, r); err != nil {
		return err
	}
	compiled, err := r.CompileModule(ctx, module)
	if err != nil {
		return err
	}
	b.add(name, column, func() error {
		m, err := r.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName(""))
		if err != nil {
			return ignoreExit(err)
		}
		return m.Close(ctx)
	})
	return nil
}

// ignoreExit takes a program that ended well for what it is.
func ignoreExit(err error) error {
	var exit interface{ ExitCode() uint32 }
	if errors.As(err, &exit) && exit.ExitCode() == 0 {
		return nil
	}
	return err
}

// scripts times Lua and JavaScript.
func (b *bench) scripts(ctx context.Context, name, dir string) {
	if text, err := peers.ReadFile("peers/" + name + ".lua"); err == nil {
		b.add(name, "gopher-lua", func() error {
			s := lua.NewState()
			defer s.Close()
			s.SetGlobal("print", s.NewFunction(func(*lua.LState) int { return 0 }))
			return s.DoString(string(text))
		})
		file := filepath.Join(dir, name+".lua")
		if err := os.WriteFile(file, text, 0o644); err != nil {
			b.report.Absent = append(b.report.Absent, err.Error())
			return
		}
		for column, variable := range map[string]string{"Lua 5.4": "LUA", "LuaJIT": "LUAJIT"} {
			path := os.Getenv(variable)
			if path == "" {
				b.report.Absent = append(b.report.Absent, fmt.Sprintf("%s, %s: %s does not name it", name, column, variable))
				continue
			}
			b.add(name, column, func() error { return exec.CommandContext(ctx, path, file).Run() })
		}
	}
	if text, err := peers.ReadFile("peers/" + name + ".js"); err == nil {
		program, err := goja.Compile(name, string(text), true)
		if err != nil {
			b.report.Absent = append(b.report.Absent, err.Error())
			return
		}
		b.add(name, "goja", func() error {
			vm := goja.New()
			if err := vm.Set("print", func(goja.FunctionCall) goja.Value { return goja.Undefined() }); err != nil {
				return err
			}
			_, err := vm.RunProgram(program)
			return err
		})
	}
}
