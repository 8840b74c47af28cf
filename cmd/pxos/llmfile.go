package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/llm/gguf"
	"pxos/llm/model"
	"pxos/llm/token"
	"pxos/models"
	"pxos/pixel/codec"
	"pxos/pixel/pack"
	"pxos/pixel/picture"
)

// modelFiles is what a command says of where models come from.
const modelFiles = "a GGUF file, a " + pictureSuffix + ", or " + models.Name + ", which is built in"

// openModel opens a model's file.
func openModel(path string) (*gguf.File, error) {
	f, err := models.Open(path)
	return f, modelError(err)
}

// loadModel opens a model and its vocabulary, of a file that is to be closed.
func loadModel(path string) (*gguf.File, *model.Model, *token.Vocabulary, error) {
	f, m, v, err := models.Load(path)
	return f, m, v, modelError(err)
}

// modelError sorts errors of models and of pictures.
func modelError(err error) error {
	if sorted := llmError(err); sorted != err { //nolint:errorlint // whether it was sorted
		return sorted
	}
	return pixelError(err)
}

func llmPack() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "pack MODEL OUT" + pictureSuffix, Short: "Make a picture of a model, which loads as it is", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if !strings.HasSuffix(args[1], pictureSuffix) {
				return usage{fmt.Errorf("%s does not end with %s, by which models in pictures are known", args[1], pictureSuffix)}
			}
			start := time.Now()
			f, _, _, err := loadModel(args[0]) // what cannot be run is not worth a picture
			if err != nil {
				return err
			}
			defer f.Close()
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			info := picture.Info{Kind: picture.File, Name: models.NameOf(args[1]) + ".gguf"}
			told := newTeller(c.ErrOrStderr(), "packed")
			// Weights hold next to nothing to be found: the slower levels come to 1 % less,
			// and take fifty times as long whenever the model is loaded.
			err = writeWhole(args[1], func(w io.Writer) error {
				info, err = pack.Write(w, data, info, pack.Options{Level: codec.Fast, Progress: told.tell})
				return err
			})
			if err != nil {
				return pixelError(err)
			}
			r, err := newPackReport(args[1], args[0], info, start)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), r)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s  a model of %d bytes in %d, God Pixel %s, %.1f s\n", args[1], r.LogicalBytes, r.PictureBytes, r.God, r.Seconds)
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
