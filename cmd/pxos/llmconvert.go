package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/llm/convert"
	"pxos/llm/quant"
)

// ggufSuffix is how the files are named that models are converted to.
const ggufSuffix = ".gguf"

func llmConvert() *cobra.Command {
	var name string
	var asJSON bool
	c := &cobra.Command{
		Use: "convert FOLDER OUT" + ggufSuffix, Short: "Make a GGUF file of a folder of Hugging Face", Args: cobra.ExactArgs(2),
		Long: "The folder has config.json, model.safetensors (or model.safetensors.index.json and its files), and tokenizer.json\n" +
			"or tokenizer.model. Settings and tensors that pxos would not heed are refused by their names.",
		Example: "  pxos llm convert Qwen3-0.6B qwen.gguf\n  pxos llm convert Llama-3.2-1B llama.gguf --type Q8_0",
		RunE: func(c *cobra.Command, args []string) error {
			t, err := quant.Parse(name)
			if err != nil {
				return usage{err}
			}
			// The file takes the place of one of that name, which must be none of the folder's.
			if !strings.HasSuffix(args[1], ggufSuffix) {
				return usage{fmt.Errorf("%s does not end with %s", args[1], ggufSuffix)}
			}
			start := time.Now()
			told := newTeller(c.ErrOrStderr(), "tensors written")
			r, err := convert.Folder(c.Context(), args[0], args[1], t, told.count)
			if errors.Is(err, convert.ErrFolder) {
				return failed{err.Error()}
			}
			if err != nil {
				return llmError(err)
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), r)
			}
			w := c.OutOrStdout()
			fmt.Fprintf(w, "%s  %s, %d tensors, %s, %.1f MB, %.1f s\n", args[1], r.Architecture, r.Tensors, r.Type, float64(r.Bytes)/1e6, time.Since(start).Seconds())
			if r.Halved > 0 {
				fmt.Fprintf(w, "%d matrices have F16: their rows are no whole number of blocks of %s\n", r.Halved, r.Type)
			}
			if len(r.Beyond) > 0 {
				fmt.Fprintf(w, "left out, since the embedding has no rows for them: the tokens %q\n", r.Beyond)
			}
			return nil
		},
	}
	c.Flags().StringVar(&name, "type", "F16", "of the matrices: "+typeNames())
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
