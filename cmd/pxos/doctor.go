package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"pxos/image/toolchain"
)

func doctorCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "doctor", Short: "Check everything that pxOS needs here, and say what to type", Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cache, err := toolchain.CacheDir()
			if err != nil {
				return err
			}
			results := toolchain.CheckAll(c.Context(), cache)
			bad := 0
			for _, r := range results {
				if !r.OK {
					bad++
				}
			}
			if asJSON {
				if err := writeJSON(c.OutOrStdout(), results); err != nil {
					return err
				}
			} else {
				for _, r := range results {
					state := "ok   "
					if !r.OK {
						state = "WRONG"
					}
					fmt.Fprintf(c.OutOrStdout(), "%s  %-22s %-28s %s\n", state, r.Name, r.Version, r.Path)
					if !r.OK {
						fmt.Fprintf(c.OutOrStdout(), "       %s\n       what to do: %s\n", r.Problem, r.Fix)
					}
				}
			}
			if bad > 0 {
				return fmt.Errorf("%d of %d checks failed; each says what to do", bad, len(results))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
