package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"pxos/pxgpu/picture"
)

func gpuTablesCommand() *cobra.Command {
	var asJSON bool
	var file string
	c := &cobra.Command{
		Use: "tables [NAME|FILE]", Short: "Show the GPU's tables: who holds which memory, device and program",
		Long: `Shows the tables of a running machine (pxos boot --stay) or of a saved one.
Without a name it takes the only machine that runs.`,
		Example: "  pxos gpu tables\n  pxos gpu tables demo --png memory.png\n  pxos gpu tables demo.json --json",
		RunE: func(c *cobra.Command, args []string) error {
			what, err := ofMachine(args)
			if err != nil {
				return err
			}
			name, t, err := tablesOf(c.Context(), what)
			if err != nil {
				return err
			}
			if t == nil {
				return errors.New("the machine gave no tables")
			}
			if file != "" {
				if err := writeWhole(file, func(w io.Writer) error { return picture.PNG(w, t) }); err != nil {
					return err
				}
			}
			switch {
			case asJSON:
				return writeJSON(c.OutOrStdout(), tablesJSON{tablesSchema, name, t})
			case file != "":
				return nil
			}
			return t.Text(c.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the tables as JSON")
	c.Flags().StringVar(&file, "png", "", "draw who owns memory there")
	return c
}
