package main

import (
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pxos/pixelvm"
	"pxos/pixelvm/golang"
)

func vmCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "vm", Short: "Programs whose instructions are pixels",
		Long: `A program of the Pixel VM is a picture, one instruction a pixel. FILE is such a picture
(.png), a source for the assembler (.pxs), or Go (.go): a subset, of which docs/pixelvm.md
says what it has.`,
	}
	c.AddCommand(vmRun(), vmBuild(), vmAsm(), vmDisasm(), vmVerify(), vmDebug())
	return c
}

// vmError sorts the errors of the machine: a program that is refused or ends badly is
// what is under test.
func vmError(err error) error {
	var trap *pixelvm.Trap
	switch {
	case err == nil:
		return nil
	case errors.As(err, &trap), errors.Is(err, pixelvm.ErrFormat), errors.Is(err, pixelvm.ErrVerify), errors.Is(err, pixelvm.ErrMemory):
		return failed{err.Error()}
	}
	return err
}

// loadProgram reads a program of any kind.
func loadProgram(path string) (*pixelvm.Program, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usage{err}
	}
	switch filepath.Ext(path) {
	case ".go":
		p, err := golang.Compile(path, text, golang.Options{})
		if err != nil {
			return nil, failed{err.Error()}
		}
		return p, nil
	case ".pxs":
		p, err := pixelvm.Assemble(string(text))
		if err != nil {
			return nil, failed{strings.ReplaceAll(path+":"+err.Error(), "\n", "\n"+path+":")}
		}
		return p, nil
	case ".png":
		return loadPicture(path)
	}
	return nil, usage{fmt.Errorf("%s: give a .png, .pxs or .go", path)}
}

// pictureLimit bounds the pixels of a program's picture.
const pictureLimit = 1 << 26

func loadPicture(path string) (*pixelvm.Program, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usage{err}
	}
	defer f.Close()
	config, err := png.DecodeConfig(f)
	if err == nil && config.Width*config.Height > pictureLimit {
		err = fmt.Errorf("%d x %d pixels, at most %d", config.Width, config.Height, pictureLimit)
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, failed{fmt.Sprintf("%s: %v", path, err)}
	}
	m, err := png.Decode(f)
	if err != nil {
		return nil, failed{fmt.Sprintf("%s: %v", path, err)}
	}
	p, err := pixelvm.Decode(pixelvm.FromPicture(m))
	if err != nil {
		return nil, failed{fmt.Sprintf("%s: %v", path, err)}
	}
	return p, nil
}

func loadVerified(path string) (*pixelvm.Verified, error) {
	p, err := loadProgram(path)
	if err != nil {
		return nil, err
	}
	v, err := pixelvm.Verify(p)
	if err != nil {
		return nil, failed{fmt.Sprintf("%s: %v", path, err)}
	}
	return v, nil
}

// writeProgram writes the picture of a program.
func writeProgram(c *cobra.Command, p *pixelvm.Program, from, out, suffix string) error {
	if out == "" {
		out = strings.TrimSuffix(filepath.Base(from), suffix) + ".png"
	}
	m := p.Picture()
	if err := writeWhole(out, func(w io.Writer) error { return png.Encode(w, m) }); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%s  %d functions, %d pixels\n", out, len(p.Functions), len(p.Pixels()))
	return nil
}

func vmBuild() *cobra.Command {
	var out string
	var tiles int
	c := &cobra.Command{
		Use: "build FILE.go", Short: "Compile a program of the subset of Go to a picture", Args: oneArg("a Go file"),
		RunE: func(c *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return usage{err}
			}
			p, err := golang.Compile(args[0], text, golang.Options{Tiles: tiles})
			if err != nil {
				return failed{err.Error()}
			}
			return writeProgram(c, p, args[0], out, ".go")
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "the picture (default NAME.png here)")
	c.Flags().IntVar(&tiles, "tiles", 0, "memory of the program, 64 KiB each (default 64)")
	return c
}

func vmAsm() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "asm FILE.pxs", Short: "Assemble a source to a picture", Args: oneArg("a source"),
		RunE: func(c *cobra.Command, args []string) error {
			v, err := loadVerified(args[0])
			if err != nil {
				return err
			}
			return writeProgram(c, v.Program, args[0], out, ".pxs")
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "the picture (default NAME.png here)")
	return c
}

func vmDisasm() *cobra.Command {
	return &cobra.Command{
		Use: "disasm FILE", Short: "Show a program as a source for the assembler", Args: oneArg("a program"),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := loadProgram(args[0])
			if err == nil {
				_, err = io.WriteString(c.OutOrStdout(), pixelvm.Disassemble(p))
			}
			return err
		},
	}
}

func vmVerify() *cobra.Command {
	return &cobra.Command{
		Use: "verify FILE", Short: "Check a program on every path", Args: oneArg("a program"),
		RunE: func(c *cobra.Command, args []string) error {
			v, err := loadVerified(args[0])
			if err == nil {
				fmt.Fprintf(c.OutOrStdout(), "%s  valid: %d functions, %d tiles of memory\n", args[0], len(v.Functions), v.Tiles)
			}
			return err
		},
	}
}
