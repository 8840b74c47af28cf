package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/architect/trial"
	"pxos/hypervisor"
	"pxos/image"
)

func cartCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "cart", Short: "Cartridges: programs packed as pictures, run within limits",
		Long: `A cartridge is one picture with a manifest and files. "pxos run NAME.px.png" runs it.
docs/cartridge.md has the manifest.`,
	}
	c.AddCommand(cartPack(), cartInspect(), cartSign(), cartVerify(), cartServe())
	return c
}

// cartError sorts errors: a cartridge that is refused or fails is what is under test.
func cartError(err error) error {
	switch {
	case errors.Is(err, hypervisor.ErrCartridge), errors.Is(err, hypervisor.ErrProgram):
		return failed{err.Error()}
	case errors.Is(err, hypervisor.ErrGrant):
		return usage{err}
	}
	return pixelError(err)
}

func openCartridge(path string) (*hypervisor.Cartridge, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usage{err}
	}
	defer f.Close()
	c, err := hypervisor.Open(f)
	if err != nil {
		return nil, cartError(fmt.Errorf("%s: %w", path, err))
	}
	return c, nil
}

func cartPack() *cobra.Command {
	var out, level string
	c := &cobra.Command{
		Use: "pack FOLDER", Short: "Make a cartridge of a folder with a " + hypervisor.ManifestFile, Args: oneArg("a folder"),
		RunE: func(c *cobra.Command, args []string) error {
			l, err := parseLevel(level)
			if err != nil {
				return err
			}
			cart, err := hypervisor.Load(args[0])
			if err != nil {
				return cartError(err)
			}
			if out == "" {
				out = cart.Name + pictureSuffix
			}
			if err := writeWhole(out, func(w io.Writer) error { return cart.Write(w, l) }); err != nil {
				return cartError(err)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s  %s %s, %d files\n", out, cart.Name, cart.Version, len(cart.Files))
			return nil
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "the cartridge (default NAME"+pictureSuffix+" here)")
	levelFlag(c, &level, "default")
	return c
}

// signer is who signed a cartridge.
func signer(c *hypervisor.Cartridge) string {
	if c.Signer == nil {
		return "not signed"
	}
	return "signed by " + hex.EncodeToString(c.Signer)
}

func cartInspect() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "inspect FILE", Short: "Say what a cartridge holds and may do", Args: oneArg("a cartridge"),
		RunE: func(c *cobra.Command, args []string) error {
			cart, err := openCartridge(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), struct {
					hypervisor.Manifest
					Signer string
				}{cart.Manifest, hex.EncodeToString(cart.Signer)})
			}
			w := c.OutOrStdout()
			fmt.Fprintf(w, "%s %s  %s\n%s\n", cart.Name, cart.Version, cart.About, signer(cart))
			for _, e := range cart.Entries {
				fmt.Fprintf(w, "entry %-12s %-8s %s\n", e.Name, e.Engine, e.File)
			}
			fmt.Fprintf(w, "limits       %+v\ncapabilities %+v\n", cart.Limits, cart.Capabilities)
			for name, hash := range cart.Files {
				fmt.Fprintf(w, "%s  %s\n", hash, name)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func cartSign() *cobra.Command {
	var key, out string
	c := &cobra.Command{
		Use: "sign FILE", Short: "Sign a cartridge with an ed25519 key", Args: oneArg("a cartridge"),
		RunE: func(c *cobra.Command, args []string) error {
			cart, err := openCartridge(args[0])
			if err != nil {
				return err
			}
			private, made, err := readKey(key)
			if err != nil {
				return err
			}
			if made {
				fmt.Fprintf(c.ErrOrStderr(), "%s  a new key; keep it to yourself\n", key)
			}
			cart.Sign(private)
			if out == "" {
				out = args[0]
			}
			l, err := parseLevel("default")
			if err == nil {
				err = writeWhole(out, func(w io.Writer) error { return cart.Write(w, l) })
			}
			if err != nil {
				return cartError(err)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s  %s\n", out, signer(cart))
			return nil
		},
	}
	c.Flags().StringVar(&key, "key", "", "file with the key's seed in hexadecimal; made if it is not there")
	c.Flags().StringVarP(&out, "output", "o", "", "the signed cartridge (default the same file)")
	_ = c.MarkFlagRequired("key")
	return c
}

// readKey reads a key, or makes one that only its owner can read.
func readKey(path string) (key ed25519.PrivateKey, made bool, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if _, key, err = ed25519.GenerateKey(rand.Reader); err != nil {
			return nil, false, err
		}
		return key, true, os.WriteFile(path, []byte(hex.EncodeToString(key.Seed())+"\n"), 0o600)
	}
	if err != nil {
		return nil, false, usage{err}
	}
	seed, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, false, usage{fmt.Errorf("%s: want %d bytes in hexadecimal", path, ed25519.SeedSize)}
	}
	return ed25519.NewKeyFromSeed(seed), false, nil
}

func cartVerify() *cobra.Command {
	var by string
	c := &cobra.Command{
		Use: "verify FILE", Short: "Check everything in a cartridge, and who signed it", Args: oneArg("a cartridge"),
		RunE: func(c *cobra.Command, args []string) error {
			cart, err := openCartridge(args[0])
			if err != nil {
				return err
			}
			if by != "" && hex.EncodeToString(cart.Signer) != strings.ToLower(by) {
				return failed{fmt.Sprintf("%s is %s, not signed by %s", args[0], signer(cart), by)}
			}
			fmt.Fprintf(c.OutOrStdout(), "%s  valid, %d files, %s\n", args[0], len(cart.Files), signer(cart))
			return nil
		},
	}
	c.Flags().StringVar(&by, "by", "", "the public key that must have signed it, in hexadecimal")
	return c
}

// cartServe serves cartridges that are posted, on this host or in pxOS.
func cartServe() *cobra.Command {
	p := &programRun{}
	var port uint16
	var inside bool
	c := &cobra.Command{
		Use: "serve", Short: "Run the cartridges that are posted to a port of the loopback", Args: noArgs,
		Long: "Serves at http://127.0.0.1:PORT: POST a cartridge to /run?entry=NAME&arg=NUMBER, and the answer is its output. With --inside\n" +
			"that is the hypervisor in ring 3 of pxOS, behind a forwarded port. Ctrl-C ends it.",
		Example: "  pxos cart serve --inside &\n  curl --data-binary @build/cartridges/mandelbrot.px.png http://127.0.0.1:7777/run",
		RunE: func(c *cobra.Command, _ []string) error {
			address := fmt.Sprintf("127.0.0.1:%d", port)
			if !inside {
				ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt)
				defer stop()
				fmt.Fprintf(c.ErrOrStderr(), "serving at http://%s\n", address)
				return hypervisor.NewServer(hypervisor.AtOnce, hypervisor.MostBytes, time.Now).Listen(ctx, address)
			}
			l, err := openLab()
			if err != nil {
				return err
			}
			binary, err := buildHypervisor(c.Context(), l)
			if err != nil {
				return err
			}
			if !c.Flags().Changed("memory") {
				p.machine.memory = "1G"
			}
			p.network.pairs = append(p.network.pairs, fmt.Sprintf("%d:%d", port, port))
			return p.run(c, l, binary, []string{"-serve", address})
		},
	}
	c.Flags().Uint16Var(&port, "port", 7777, "of the loopback")
	c.Flags().BoolVar(&inside, "inside", false, "in pxOS")
	p.flags(c)
	return c
}

// isCartridge says that run is given a cartridge and not a program.
func isCartridge(path string) bool { return strings.HasSuffix(path, pictureSuffix) }

// cartRun are the flags of "run CART".
type cartRun struct {
	folder, scratch string
	inside          bool
}

func (f *cartRun) flags(c *cobra.Command) {
	c.Flags().StringVar(&f.folder, "folder", "", "of a cartridge: a folder that it may read")
	c.Flags().StringVar(&f.scratch, "scratch", "", "of a cartridge: a folder for what it saves")
	c.Flags().BoolVar(&f.inside, "inside", false, "run a cartridge inside pxOS, by the hypervisor in ring 3")
}

// run runs CART [ENTRY] [-- ARGS].
func (f *cartRun) run(c *cobra.Command, p *programRun, path string, args []string) error {
	cart, err := openCartridge(path)
	if err != nil {
		return err
	}
	q := hypervisor.Request{Input: c.InOrStdin(), Output: c.OutOrStdout(), Now: time.Now, Seed: 1, Machine: cartMachine{c}, Folder: f.folder, Scratch: f.scratch}
	q.Entry, q.Arguments = hypervisor.SplitArguments(args)
	if _, err := cart.Entry(q.Entry); err != nil {
		return usage{err}
	}
	if f.inside {
		return f.runInside(c, p, cart, path, args)
	}
	return cartError(cart.Run(c.Context(), q))
}

// Where the hypervisor in pxOS finds what it is given.
const (
	insideCart    = "/cart.px.png"
	insideFolder  = "/folder"
	insideScratch = "/scratch"
)

// buildHypervisor builds the program that runs cartridges in pxOS.
func buildHypervisor(ctx context.Context, l *lab) (string, error) {
	binary := filepath.Join(l.work(), "cart")
	return binary, image.BuildProgram(ctx, l.root, "./user/cart", binary)
}

// runInside boots pxOS with the hypervisor as its first program, and the cartridge as a
// file.
func (f *cartRun) runInside(c *cobra.Command, p *programRun, cart *hypervisor.Cartridge, path string, args []string) error {
	l, err := openLab()
	if err != nil {
		return err
	}
	binary, err := buildHypervisor(c.Context(), l)
	if err != nil {
		return err
	}
	p.add = append(p.add, path+":"+insideCart)
	var flags []string
	if f.folder != "" {
		p.volumes = append(p.volumes, f.folder+":"+insideFolder+":ro")
		flags = append(flags, "-folder", insideFolder)
	}
	if f.scratch != "" {
		p.volumes = append(p.volumes, f.scratch+":"+insideScratch)
		flags = append(flags, "-scratch", insideScratch)
	}
	if !c.Flags().Changed("memory") { // the program's, and as much again for the hypervisor
		p.machine.memory = fmt.Sprintf("%dM", max(512, 256+2*cart.Limits.MemoryMiB))
	}
	return p.run(c, l, binary, append(append(flags, insideCart), args...))
}

// cartMachine boots what needs a machine, by the commands that do so.
type cartMachine struct{ c *cobra.Command }

// Run boots a kernel of ours and shows its report, or runs an ELF file in ring 3 of pxOS.
func (m cartMachine) Run(ctx context.Context, p hypervisor.Program) error {
	if p.Engine == "kernel" {
		return m.boot(ctx, p.File, p.Limits)
	}
	if err := os.Chmod(p.File, 0o755); err != nil {
		return err
	}
	args := []string{"run", "-m", fmt.Sprintf("%dM", p.Limits.MemoryMiB)}
	if p.Folder != "" {
		args = append(args, "-v", p.Folder+":/folder:ro")
	}
	if p.Scratch != "" {
		args = append(args, "-v", p.Scratch+":/scratch")
	}
	root := newRoot()
	root.SetArgs(append(append(args, p.File), p.Arguments...))
	root.SetIn(m.c.InOrStdin())
	root.SetOut(m.c.OutOrStdout())
	root.SetErr(m.c.ErrOrStderr())
	return root.ExecuteContext(ctx)
}

func (m cartMachine) boot(ctx context.Context, file string, l hypervisor.Limits) error {
	lab, err := openLab()
	if err != nil {
		return err
	}
	r, err := trial.Boot(ctx, trial.Config{Tools: lab.tools, Kernel: file, Symbols: file, Machine: "q35", CPUs: 1, RAMBytes: uint64(l.MemoryMiB) << 20})
	if err != nil {
		return err
	}
	return showBoot(m.c.OutOrStdout(), r, false, false)
}
