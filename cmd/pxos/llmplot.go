package main

import (
	"image/color"
	"io"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"pxos/llm/train"
)

// smoothed is over how many steps a loss is averaged in a picture.
const smoothed = 25

// drawLosses draws the loss of each step, and its mean, as a PNG; and below it what held-out
// files cost.
func drawLosses(w io.Writer, history []train.Point, held []train.Look) error {
	losses, err := lossPlot(history)
	if err != nil {
		return err
	}
	rows := [][]*plot.Plot{{losses}}
	if len(held) > 0 {
		costs, err := heldPlot(held)
		if err != nil {
			return err
		}
		costs.X.Min, costs.X.Max = losses.X.Min, losses.X.Max
		rows = append(rows, []*plot.Plot{costs})
	}
	const wide, high = 10 * vg.Inch, 4 * vg.Inch
	image := vgimg.New(wide, high*vg.Length(len(rows)))
	tiles := draw.Tiles{Rows: len(rows), Cols: 1, PadTop: vg.Millimeter * 4, PadBottom: vg.Millimeter * 4, PadLeft: vg.Millimeter * 4, PadRight: vg.Millimeter * 6, PadY: vg.Millimeter * 6}
	for i, c := range plot.Align(rows, tiles, draw.New(image)) {
		rows[i][0].Draw(c[0])
	}
	_, err = vgimg.PngCanvas{Canvas: image}.WriteTo(w)
	return err
}

func lossPlot(history []train.Point) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = "training", "step", "loss, nats a token"
	var each, mean plotter.XYs
	sum := 0.0
	for i, h := range history {
		each = append(each, plotter.XY{X: float64(h.Step + 1), Y: h.Loss})
		if sum += h.Loss; i >= smoothed {
			sum -= history[i-smoothed].Loss
		}
		mean = append(mean, plotter.XY{X: float64(h.Step + 1), Y: sum / float64(min(i+1, smoothed))})
	}
	for _, l := range []struct {
		points plotter.XYs
		color  color.Color
		name   string
	}{{each, color.Gray{200}, "a step"}, {mean, color.RGBA{R: 200, G: 60, B: 20, A: 255}, "mean of 25"}} {
		line, err := plotter.NewLine(l.points)
		if err != nil {
			return nil, err
		}
		line.Color = l.color
		p.Add(line)
		p.Legend.Add(l.name, line)
	}
	p.Add(plotter.NewGrid())
	p.Legend.Top = true
	return p, nil
}

func heldPlot(held []train.Look) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = "some of the files that were held out", "step", "bits a byte"
	var points plotter.XYs
	for _, h := range held {
		points = append(points, plotter.XY{X: float64(h.Step), Y: h.PerByte})
	}
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return nil, err
	}
	p.Add(line, dots, plotter.NewGrid())
	return p, nil
}
