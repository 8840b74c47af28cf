package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/pixel/codec"
	"pxos/pixel/pack"
	"pxos/pixel/picture"
	"pxos/pixel/store"
)

// pictureSuffix ends the names of pictures.
const pictureSuffix = ".px.png"

func pixelCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "pixel", Short: "Keep files, folders and machine images as pixels",
		Long: `"pack" makes one picture of a file or folder, and "unpack" takes it out again. "put" keeps
versions of them in a store, where what comes again or nearly again costs little, and
"get" takes one out. A reference is the name of a root, a digest or its first 8 digits,
or a pixel as '#' and 8 digits; each may be followed by ':' and a path in the folder.`,
	}
	c.AddCommand(pixelPack(), pixelUnpack(), pixelShow(), pixelSalvage(), pixelBench())
	c.AddCommand(pixelStoreCommands()...)
	return c
}

// pixelError sorts the errors of the pixel packages: damaged or wrong input is what is
// under test, wrong names are wrong use, the rest is the laboratory's.
func pixelError(err error) error {
	if err == nil {
		return nil
	}
	for _, k := range []error{codec.ErrFormat, codec.ErrChecksum, codec.ErrLimit, codec.ErrReference, picture.ErrFormat, picture.ErrPixels,
		picture.ErrLimit, store.ErrDamaged, store.ErrAmbiguous} {
		if errors.Is(err, k) {
			return failed{err.Error()}
		}
	}
	for _, k := range []error{store.ErrNotFound, store.ErrUnsupported, fs.ErrNotExist, fs.ErrExist} {
		if errors.Is(err, k) {
			return usage{err}
		}
	}
	return err
}

// levelFlag adds --level to a command.
func levelFlag(c *cobra.Command, level *string, value string) {
	c.Flags().StringVar(level, "level", value, "stored, fast (zstd), default (our models) or max")
}

func parseLevel(text string) (codec.Level, error) {
	level, err := codec.ParseLevel(text)
	if err != nil {
		return 0, usage{fmt.Errorf("--level: %w", err)}
	}
	return level, nil
}

// slowBytes is what takes our models some seconds.
const slowBytes = 2 << 20

// packReport is what pack and unpack say.
type packReport struct {
	Picture      string  `json:"picture"`
	Path         string  `json:"path"`
	Kind         string  `json:"kind"`
	God          string  `json:"god_pixel"`
	LogicalBytes int64   `json:"logical_bytes"`
	PayloadBytes int64   `json:"payload_bytes"`
	PictureBytes int64   `json:"picture_bytes"`
	Ratio        float64 `json:"ratio"`
	Seconds      float64 `json:"seconds"`
}

func newPackReport(file, path string, info picture.Info, start time.Time) (packReport, error) {
	st, err := os.Stat(file)
	if err != nil {
		return packReport{}, err
	}
	return packReport{file, path, info.Kind.String(), info.God.String(), info.LogicalBytes, info.PayloadBytes, st.Size(),
		float64(info.LogicalBytes) / float64(st.Size()), time.Since(start).Seconds()}, nil
}

func pixelPack() *cobra.Command {
	var out, level string
	var asJSON bool
	c := &cobra.Command{
		Use: "pack PATH", Short: "Make a picture of a file or folder", Args: oneArg("a file or folder"),
		RunE: func(c *cobra.Command, args []string) error {
			l, err := parseLevel(level)
			if err != nil {
				return err
			}
			start := time.Now()
			data, info, err := pack.Load(args[0])
			if err != nil {
				return pixelError(err)
			}
			if out == "" {
				out = info.Name + pictureSuffix
			}
			told := newTeller(c.ErrOrStderr(), "packed")
			if l >= codec.Default && len(data) >= slowBytes {
				told.line(fmt.Sprintf("packing %.1f MB, about 1 MB a second", float64(len(data))/1e6))
			}
			err = writeWhole(out, func(w io.Writer) error {
				info, err = pack.Write(w, data, info, pack.Options{Level: l, Progress: told.tell})
				return err
			})
			if err != nil {
				return pixelError(err)
			}
			r, err := newPackReport(out, args[0], info, start)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), r)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s  %s of %d bytes in %d, %.2f:1, God Pixel %s, %.1f s\n", out, r.Kind, r.LogicalBytes, r.PictureBytes, r.Ratio, r.God, r.Seconds)
			return nil
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "the picture (default NAME"+pictureSuffix+" here)")
	levelFlag(c, &level, "default")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// teller tells of progress now and then, on work that takes longer than two seconds.
type teller struct {
	w    io.Writer
	what string
	last time.Time
}

func newTeller(w io.Writer, what string) *teller { return &teller{w, what, time.Now()} }

func (t *teller) tell(done, all int64) {
	t.say("%.1f of %.1f MB %s", float64(done)/1e6, float64(all)/1e6, t.what)
}

// count is tell for things that are counted.
func (t *teller) count(done, all int) { t.say("%d of %d %s", done, all, t.what) }

func (t *teller) say(format string, args ...any) {
	if time.Since(t.last) > 2*time.Second {
		fmt.Fprintf(t.w, format+"\n", args...)
		t.last = time.Now()
	}
}

func (t *teller) line(text string) { fmt.Fprintln(t.w, text) }

func pixelUnpack() *cobra.Command {
	var out string
	var asJSON bool
	c := &cobra.Command{
		Use: "unpack FILE" + pictureSuffix, Short: "Take the file or folder out of a picture", Args: oneArg("a picture"),
		RunE: func(c *cobra.Command, args []string) error {
			start := time.Now()
			f, err := os.Open(args[0])
			if err != nil {
				return pixelError(err)
			}
			defer f.Close()
			data, info, err := pack.Read(f, pack.Limits{})
			if err != nil {
				return pixelError(fmt.Errorf("%s: %w", args[0], err))
			}
			if out == "" {
				if out, err = ownName(info.Name); err != nil {
					return err
				}
			}
			if err := pack.Place(data, info, out); err != nil {
				return pixelError(err)
			}
			r, err := newPackReport(args[0], out, info, start)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), r)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s  %s of %d bytes, SHA-256 compared, %.1f s\n", out, r.Kind, r.LogicalBytes, r.Seconds)
			return nil
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "where to (default the name in the picture, here)")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// ownName is the name that a picture gives, if it is one in this folder.
func ownName(name string) (string, error) {
	if name == "" || name != filepath.Base(name) || name == "." || name == ".." || strings.HasPrefix(name, "/") {
		return "", failed{fmt.Sprintf("the picture names its content %q: say with --output where to put it", name)}
	}
	return name, nil
}

func pixelSalvage() *cobra.Command {
	var out string
	var asJSON bool
	c := &cobra.Command{
		Use:   "salvage STORE|FILE" + pictureSuffix,
		Short: "Save everything undamaged of a damaged store or picture",
		Long: `For a store, its index is made again from its packs, and what is lost is told. For a
picture, all that can be had goes to --output: a file of what is left of the data, or of
the archive of a folder.`,
		Args: oneArg("a store or a picture"),
		RunE: func(c *cobra.Command, args []string) error {
			st, err := os.Stat(args[0])
			if err != nil {
				return pixelError(err)
			}
			if st.IsDir() {
				return salvageStore(c, args[0], asJSON)
			}
			if out == "" {
				return usage{errors.New("say with --output where to put what is saved")}
			}
			return salvagePicture(c, args[0], out, asJSON)
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "file for what is saved of a picture")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func salvageStore(c *cobra.Command, dir string, asJSON bool) error {
	told := newTeller(c.ErrOrStderr(), "")
	r, err := store.Salvage(c.Context(), dir, store.Options{Write: true, Wait: lockWait, Log: told.line})
	if err != nil {
		return pixelError(err)
	}
	if asJSON {
		if err := writeJSON(c.OutOrStdout(), r); err != nil {
			return err
		}
	} else {
		for _, l := range r.Lost {
			fmt.Fprintln(c.OutOrStdout(), "lost:", l)
		}
		fmt.Fprintf(c.OutOrStdout(), "%d blocks of %d packs and %d roots are in the new index; the old one is index.db.old\n", r.Blocks, r.Packs, r.Roots)
	}
	if len(r.Lost) > 0 {
		return failed{fmt.Sprintf("%d things are lost", len(r.Lost))}
	}
	return nil
}

func salvagePicture(c *cobra.Command, file, out string, asJSON bool) error {
	png, err := os.ReadFile(file)
	if err != nil {
		return pixelError(err)
	}
	data, info, lost, err := pack.Salvage(png, pack.Limits{})
	if err != nil {
		return pixelError(fmt.Errorf("%s: %w", file, err))
	}
	err = writeWhole(out, func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(data))
		return err
	})
	if err != nil {
		return err
	}
	if asJSON {
		err = writeJSON(c.OutOrStdout(), map[string]any{"path": out, "kind": info.Kind.String(), "bytes": len(data), "logical_bytes": info.LogicalBytes, "lost": lost})
	} else {
		for _, l := range lost {
			fmt.Fprintln(c.OutOrStdout(), "lost:", l)
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "%s  %d of %d bytes saved of a %v\n", out, len(data), info.LogicalBytes, info.Kind)
	}
	if err == nil && len(lost) > 0 {
		err = failed{fmt.Sprintf("%d stretches are lost", len(lost))}
	}
	return err
}
