package main

import (
	"fmt"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"pxos/pixel/codec"
	"pxos/pixel/measure"
)

func pixelBench() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "bench FILE...", Short: "Set the codec beside gzip, zstd and xz on files of yours",
		Long: `Each codec packs each file and unpacks it, on one thread; the seconds are those of the
processor. Of gzip, zstd and xz those on PATH are measured. "make bench-pixel" does the
same on a fixed set of files, with zpaq too.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			work, err := os.MkdirTemp("", "pxos-bench-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(work)
			all := map[string][]measure.Result{}
			for _, file := range args {
				if _, err := os.Stat(file); err != nil {
					return usage{err}
				}
				if !asJSON {
					fmt.Fprintf(c.OutOrStdout(), "%s\n  %-13s %12s %8s %8s\n", file, "codec", "bytes", "pack s", "unpack s")
				}
				for _, codec := range benchCodecs() {
					r := measure.Run(c.Context(), codec, file, work)
					all[file] = append(all[file], r)
					switch {
					case asJSON:
					case r.Err != "":
						fmt.Fprintf(c.OutOrStdout(), "  %-13s %s\n", r.Codec, r.Err)
					default:
						fmt.Fprintf(c.OutOrStdout(), "  %-13s %12d %8.2f %8.2f\n", r.Codec, r.PackedBytes, r.PackCPUS, r.UnpackCPUS)
					}
				}
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), all)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func benchCodecs() []measure.Codec {
	list := []measure.Codec{measure.Ours(codec.Fast), measure.Ours(codec.Default), measure.Ours(codec.Max)}
	for _, p := range []struct {
		name, program string
		options       []string
	}{{"gzip -9", "gzip", []string{"-9"}}, {"zstd -19", "zstd", []string{"-19", "-T1"}}, {"xz -9e", "xz", []string{"-9e", "-T1"}},
		{"xz x86", "xz", []string{"-T1", "--x86", "--lzma2=preset=9e"}}} {
		if path, err := exec.LookPath(p.program); err == nil {
			list = append(list, measure.Filter(p.name, path, p.options...))
		}
	}
	return list
}
