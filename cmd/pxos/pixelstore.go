package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/image/toolchain"
	"pxos/pixel"
	"pxos/pixel/picture"
	"pxos/pixel/store"
)

// lockWait is how long a writer waits for another.
const lockWait = time.Minute

// storeFlags are those that all commands on a store have.
type storeFlags struct {
	dir, level string
	asJSON     bool
}

// command makes a command on a store; run gets it open.
func (f *storeFlags) command(c *cobra.Command, write bool, run func(c *cobra.Command, s *store.Store, args []string) error) *cobra.Command {
	c.Flags().StringVar(&f.dir, "store", "", "folder of the store (default .cache/pixels, outside of the repository one in your cache)")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	c.RunE = func(c *cobra.Command, args []string) error {
		dir, err := storeDir(f.dir)
		if err != nil {
			return err
		}
		o := store.Options{Create: write, Write: write, Wait: lockWait, Log: newTeller(c.ErrOrStderr(), "").line}
		if f.level != "" {
			if o.Level, err = parseLevel(f.level); err != nil {
				return err
			}
		}
		s, err := store.Open(c.Context(), dir, o)
		if err != nil {
			return pixelError(err)
		}
		return pixelError(errors.Join(run(c, s, args), s.Close()))
	}
	return c
}

// storeDir is the folder of the store: the one given, that in the repository's cache, or
// outside of a repository that in the user's.
func storeDir(dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	if cache, err := toolchain.CacheDir(); err == nil {
		return filepath.Join(cache, "pixels"), nil
	}
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "pxos", "pixels"), err
}

func pixelStoreCommands() []*cobra.Command {
	return []*cobra.Command{pixelPut(), pixelGet(), pixelLs(), pixelTree(), pixelStat(), pixelVerify(), pixelGC(), pixelExport(), pixelImport()}
}

// entryReport is an entry as reports have it.
type entryReport struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Bytes  int64  `json:"bytes"`
	Pixel  string `json:"pixel"`
	Digest string `json:"digest"`
	Time   string `json:"time,omitempty"` // of a root
}

func reportEntry(e store.Entry) entryReport {
	return entryReport{Name: e.Name, Kind: e.Kind.String(), Bytes: e.Bytes, Pixel: e.Pixel().String(), Digest: fmt.Sprintf("%x", e.Digest)}
}

func (r entryReport) String() string {
	return fmt.Sprintf("%-8s %12d  %s  %s", r.Kind, r.Bytes, r.Pixel, r.Name)
}

func pixelPut() *cobra.Command {
	var f storeFlags
	var name string
	c := &cobra.Command{Use: "put PATH", Short: "Keep a file or folder in the store", Args: oneArg("a file or folder")}
	c.Flags().StringVar(&name, "name", "", "the root's name (default the last part of PATH)")
	levelFlag(c, &f.level, "default")
	return f.command(c, true, func(c *cobra.Command, s *store.Store, args []string) error {
		if name == "" {
			abs, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			name = filepath.Base(abs)
		}
		start := time.Now()
		stats, err := s.Put(c.Context(), name, args[0])
		if err != nil {
			return err
		}
		if f.asJSON {
			return writeJSON(c.OutOrStdout(), struct {
				entryReport
				LogicalBytes int64   `json:"logical_bytes"`
				NewBytes     int64   `json:"new_bytes"`
				PackBytes    int64   `json:"pack_bytes"`
				Based        int     `json:"based_blocks"`
				Seconds      float64 `json:"seconds"`
			}{reportEntry(stats.Entry), stats.LogicalBytes, stats.NewBytes, stats.PackBytes, stats.Based, time.Since(start).Seconds()})
		}
		fmt.Fprintf(c.OutOrStdout(), "%s  %v, %d bytes, %d new, kept in %d (%d blocks as what differs), %.1f s\n",
			name, stats.Pixel(), stats.LogicalBytes, stats.NewBytes, stats.PackBytes, stats.Based, time.Since(start).Seconds())
		return nil
	})
}

func pixelGet() *cobra.Command {
	var f storeFlags
	c := &cobra.Command{Use: "get REFERENCE [PATH]", Short: "Take a file or folder out of the store; PATH - is standard output", Args: cobra.RangeArgs(1, 2)}
	return f.command(c, false, func(c *cobra.Command, s *store.Store, args []string) error {
		start := time.Now()
		e, err := s.Resolve(c.Context(), args[0])
		if err != nil {
			return err
		}
		path := filepath.Base(e.Name)
		if len(args) == 2 {
			path = args[1]
		} else if e.Name == "" {
			path = fmt.Sprintf("%x", e.Digest[:4])
		}
		if path == "-" {
			return s.Read(c.Context(), e, c.OutOrStdout())
		}
		if err := s.Get(c.Context(), e, path); err != nil {
			return err
		}
		if f.asJSON {
			r := reportEntry(e)
			r.Name = path
			return writeJSON(c.OutOrStdout(), r)
		}
		fmt.Fprintf(c.OutOrStdout(), "%s  %v of %d bytes, digests compared, %.1f s\n", path, e.Kind, e.Bytes, time.Since(start).Seconds())
		return nil
	})
}

func pixelLs() *cobra.Command {
	var f storeFlags
	c := &cobra.Command{Use: "ls [REFERENCE]", Short: "List the roots, or a folder", Args: cobra.MaximumNArgs(1)}
	return f.command(c, false, func(c *cobra.Command, s *store.Store, args []string) error {
		list := []entryReport{}
		if len(args) == 0 {
			roots, err := s.Roots(c.Context())
			if err != nil {
				return err
			}
			for _, r := range roots {
				e := reportEntry(r.Entry)
				e.Time = time.Unix(r.Seconds, 0).UTC().Format(time.RFC3339)
				list = append(list, e)
			}
		} else {
			e, err := s.Resolve(c.Context(), args[0])
			entries := []store.Entry{e}
			if err == nil && e.Kind == store.KindFolder {
				entries, err = s.Folder(c.Context(), e)
			}
			if err != nil {
				return err
			}
			for _, e := range entries {
				list = append(list, reportEntry(e))
			}
		}
		if f.asJSON {
			return writeJSON(c.OutOrStdout(), list)
		}
		for _, e := range list {
			fmt.Fprintf(c.OutOrStdout(), "%v%s\n", e, prefixed("  ", e.Time))
		}
		return nil
	})
}

func prefixed(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

func pixelTree() *cobra.Command {
	var f storeFlags
	c := &cobra.Command{Use: "tree REFERENCE", Short: "Show everything under a reference, each with its pixel", Args: oneArg("a reference")}
	return f.command(c, false, func(c *cobra.Command, s *store.Store, args []string) error {
		e, err := s.Resolve(c.Context(), args[0])
		if err != nil {
			return err
		}
		list := []entryReport{}
		if err := walkStore(c.Context(), s, e, e.Name, &list); err != nil {
			return err
		}
		if f.asJSON {
			return writeJSON(c.OutOrStdout(), list)
		}
		for _, e := range list {
			fmt.Fprintf(c.OutOrStdout(), "%s  %s%s (%d bytes)\n", e.Pixel, strings.Repeat("  ", strings.Count(e.Name, "/")), filepath.Base(e.Name), e.Bytes)
		}
		return nil
	})
}

func walkStore(ctx context.Context, s *store.Store, e store.Entry, path string, list *[]entryReport) error {
	r := reportEntry(e)
	r.Name = path
	*list = append(*list, r)
	if e.Kind != store.KindFolder {
		return nil
	}
	children, err := s.Folder(ctx, e)
	for _, child := range children {
		if err == nil {
			err = walkStore(ctx, s, child, path+"/"+child.Name, list)
		}
	}
	return err
}

func pixelStat() *cobra.Command {
	var f storeFlags
	c := &cobra.Command{Use: "stat", Short: "Account for every byte of the store", Args: noArgs}
	return f.command(c, false, func(c *cobra.Command, s *store.Store, _ []string) error {
		st, err := s.Stat(c.Context())
		if err != nil {
			return err
		}
		if f.asJSON {
			return writeJSON(c.OutOrStdout(), st)
		}
		w := c.OutOrStdout()
		fmt.Fprintf(w, "roots           %12d  with %d files\n", st.Roots, st.Files)
		fmt.Fprintf(w, "logical bytes   %12d  if all roots were taken out\n", st.LogicalBytes)
		fmt.Fprintf(w, "unique bytes    %12d  in %d tiles, equal ones counted once\n", st.UniqueBytes, st.Tiles)
		fmt.Fprintf(w, "  by seeds      %12d  that %d pixels make, %d:1\n", st.SeedBytes, st.SeedBytes/pixel.TileBytes, pixel.TilePixels)
		fmt.Fprintf(w, "  by literals   %12d  that pixels carry\n", st.LiteralBytes)
		fmt.Fprintf(w, "stored bytes    %12d  packs %d, index %d, other %d\n", st.StoredBytes, st.PackBytes, st.IndexBytes, st.OtherBytes)
		fmt.Fprintf(w, "blocks          %12d  of which %d are what differs from another\n", st.Blocks, st.Based)
		fmt.Fprintf(w, "ratio           %12.2f  logical by stored bytes, all counted\n", st.Ratio)
		return nil
	})
}

func pixelVerify() *cobra.Command {
	var f storeFlags
	c := &cobra.Command{Use: "verify", Short: "Read everything and compare every digest", Args: noArgs}
	return f.command(c, false, func(c *cobra.Command, s *store.Store, _ []string) error {
		r, err := s.Verify(c.Context())
		if err != nil {
			return err
		}
		if f.asJSON {
			if err := writeJSON(c.OutOrStdout(), r); err != nil {
				return err
			}
		} else {
			for _, p := range r.Problems {
				fmt.Fprintln(c.OutOrStdout(), "✗", p)
			}
			for _, n := range r.Notes {
				fmt.Fprintln(c.OutOrStdout(), "·", n)
			}
			fmt.Fprintf(c.OutOrStdout(), "%d packs, %d blocks, %d tiles, %d roots: %d problems\n", r.Packs, r.Blocks, r.Tiles, r.Roots, len(r.Problems))
		}
		if len(r.Problems) > 0 {
			return failed{"the store is damaged: 'pxos pixel salvage' saves what is not"}
		}
		return nil
	})
}

func pixelGC() *cobra.Command {
	var f storeFlags
	var drop []string
	c := &cobra.Command{Use: "gc", Short: "Remove what no root needs", Args: noArgs}
	c.Flags().StringArrayVar(&drop, "drop", nil, "forget this root first; may be given more than once")
	return f.command(c, true, func(c *cobra.Command, s *store.Store, _ []string) error {
		stats, err := s.GC(c.Context(), drop)
		if err != nil {
			return err
		}
		if f.asJSON {
			return writeJSON(c.OutOrStdout(), stats)
		}
		fmt.Fprintf(c.OutOrStdout(), "%d roots dropped, %d dead blocks, %d packs removed, %d bytes freed\n", stats.Dropped, stats.Blocks, stats.Packs, stats.FreedBytes)
		return nil
	})
}

func pixelExport() *cobra.Command {
	var f storeFlags
	c := &cobra.Command{Use: "export FILE" + pictureSuffix + " [NAME...]", Short: "Put roots, or the whole store, into one picture", Args: cobra.MinimumNArgs(1)}
	return f.command(c, false, func(c *cobra.Command, s *store.Store, args []string) error {
		data, roots, err := s.Export(c.Context(), args[1:])
		if err != nil {
			return err
		}
		info := picture.Info{Kind: picture.Store, Name: filepath.Base(args[0]), LogicalBytes: int64(len(data))}
		if len(roots) == 1 {
			info.God = roots[0].Pixel()
		}
		err = writeWhole(args[0], func(w io.Writer) error { return picture.Encode(w, info, data, data) })
		if err != nil {
			return err
		}
		if f.asJSON {
			return writeJSON(c.OutOrStdout(), map[string]any{"picture": args[0], "roots": len(roots), "bytes": len(data)})
		}
		fmt.Fprintf(c.OutOrStdout(), "%s  %d roots in %d bytes\n", args[0], len(roots), len(data))
		return nil
	})
}

func pixelImport() *cobra.Command {
	var f storeFlags
	c := &cobra.Command{Use: "import FILE" + pictureSuffix, Short: "Take all of an export into the store", Args: oneArg("a picture")}
	return f.command(c, true, func(c *cobra.Command, s *store.Store, args []string) error {
		png, err := os.ReadFile(args[0])
		if err != nil {
			return err
		}
		info, payload, err := picture.Decode(bytes.NewReader(png), picture.Limits{})
		if err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		if info.Kind != picture.Store {
			return fmt.Errorf("%s is the picture of a %v, not of a store: use 'pxos pixel unpack': %w", args[0], info.Kind, picture.ErrFormat)
		}
		stats, err := s.Import(c.Context(), payload)
		if err != nil {
			return err
		}
		if f.asJSON {
			return writeJSON(c.OutOrStdout(), map[string]any{"roots": len(stats.Roots), "new_blocks": stats.Blocks, "known_blocks": stats.Known, "pack_bytes": stats.PackBytes})
		}
		for _, r := range stats.Roots {
			fmt.Fprintln(c.OutOrStdout(), reportEntry(r.Entry))
		}
		fmt.Fprintf(c.OutOrStdout(), "%d blocks are new, %d were known, %d bytes written\n", stats.Blocks, stats.Known, stats.PackBytes)
		return nil
	})
}
