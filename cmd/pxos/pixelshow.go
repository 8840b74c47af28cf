package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/ansi/sixel"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pxos/pixel/codec"
	"pxos/pixel/picture"
)

func pixelShow() *cobra.Command {
	var as, out string
	var width int
	c := &cobra.Command{
		Use: "show FILE" + pictureSuffix, Short: "Draw a picture in the terminal, and say what it holds", Args: oneArg("a picture"),
		RunE: func(c *cobra.Command, args []string) error {
			file, err := os.ReadFile(args[0])
			if err != nil {
				return pixelError(err)
			}
			info, _, err := picture.Decode(bytes.NewReader(file), picture.Limits{})
			if err != nil {
				return pixelError(fmt.Errorf("%s: %w", args[0], err))
			}
			if out != "" {
				m, err := picture.Thumbnail(bytes.NewReader(file), pngWidth, pngWidth, picture.Limits{})
				if err != nil {
					return pixelError(err)
				}
				if err := writeWhole(out, func(w io.Writer) error { return png.Encode(w, m) }); err != nil {
					return err
				}
			}
			if err := drawPicture(c.OutOrStdout(), file, as, width); err != nil {
				return pixelError(err)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s  %v %q, %d bytes in %d, God Pixel %v\n%s\n", args[0], info.Kind, info.Name, info.LogicalBytes, len(file), info.God, legend())
			return nil
		},
	}
	c.Flags().StringVar(&as, "as", "auto", "halves (text with colours), kitty, sixel, or auto: what the terminal says that it can")
	c.Flags().IntVar(&width, "width", 0, "columns (default the terminal's, 80 without one)")
	c.Flags().StringVar(&out, "png", "", "write a smaller PNG of it too")
	return c
}

// pngWidth is the most pixels on a side of the PNG that show writes.
const pngWidth = 1024

// cellWidth is about how many pixels a column of a terminal has.
const cellWidth = 8

func drawPicture(w io.Writer, file []byte, as string, width int) error {
	if width == 0 {
		width = columns(w)
	}
	if as == "auto" {
		as = spoken(os.Getenv)
	}
	size := func(pixels, height int) (*image.NRGBA, error) {
		return picture.Thumbnail(bytes.NewReader(file), pixels, height, picture.Limits{})
	}
	switch as {
	case "halves":
		m, err := size(width, 2*width)
		if err != nil {
			return err
		}
		return picture.HalfBlocks(w, m)
	case "sixel":
		m, err := size(width*cellWidth, width*cellWidth)
		if err != nil {
			return err
		}
		fmt.Fprint(w, "\x1bPq")
		if err := new(sixel.Encoder).Encode(w, m); err != nil {
			return err
		}
		_, err = fmt.Fprintln(w, "\x1b\\")
		return err
	case "kitty":
		m, err := size(width*cellWidth, width*cellWidth)
		if err != nil {
			return err
		}
		return drawKitty(w, m)
	}
	return usage{fmt.Errorf("--as %s: give halves, kitty, sixel or auto", as)}
}

// columns is the width of the terminal that is written to.
func columns(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 80
}

// spoken is what a terminal says of itself that it can draw.
func spoken(getenv func(string) string) string {
	program := getenv("TERM") + " " + getenv("TERM_PROGRAM")
	for _, k := range []struct{ sign, how string }{{"kitty", "kitty"}, {"ghostty", "kitty"}, {"WezTerm", "kitty"}, {"sixel", "sixel"}, {"foot", "sixel"}, {"mlterm", "sixel"}} {
		if strings.Contains(program, k.sign) {
			return k.how
		}
	}
	return "halves"
}

// drawKitty sends a PNG by kitty's graphics protocol: base64 in pieces of 4,096 bytes.
func drawKitty(w io.Writer, m image.Image) error {
	var file bytes.Buffer
	if err := png.Encode(&file, m); err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(file.Bytes())
	keys := "a=T,f=100,"
	for len(text) > 0 {
		n := min(len(text), 4096)
		more := 0
		if n < len(text) {
			more = 1
		}
		if _, err := fmt.Fprintf(w, "\x1b_G%sm=%d;%s\x1b\\", keys, more, text[:n]); err != nil {
			return err
		}
		text, keys = text[n:], ""
	}
	_, err := fmt.Fprintln(w)
	return err
}

// legend says what the colours of a map mean.
func legend() string {
	var parts []string
	for _, c := range []codec.Class{codec.ClassCode, codec.ClassText, codec.ClassTable, codec.ClassNoise, codec.ClassZero} {
		r, g, b := picture.Colour(c)
		parts = append(parts, fmt.Sprintf("\x1b[38;2;%d;%d;%dm██\x1b[0m %v", r, g, b, c))
	}
	return strings.Join(parts, "  ")
}
