package protocol

import (
	"fmt"
	"html"
	"slices"
	"strings"
)

const (
	pictureWidth = 1000
	boxWidth     = 130
	boxHeight    = 44
	lineHeight   = 15
	legendHeight = 50
)

// Picture draws the states of a ring's entry, of the device and of a capability
// as an SVG file. The arrows are compared with the changes that the explorer
// meets: an error says which one is missing, or is drawn and never happens.
func Picture() (string, error) {
	entry, device, slot := observeAll()
	var out strings.Builder
	y := 0
	for _, part := range []struct {
		chart chart
		met   map[change]bool
	}{{entryChart(), entry}, {deviceChart(), device}, {slotChart(), slot}} {
		if err := part.chart.compare(part.met); err != nil {
			return "", err
		}
		part.chart.draw(&out, y)
		y += part.chart.height
	}
	drawLegend(&out, y)
	return fmt.Sprintf(pictureHead, pictureWidth, y+legendHeight, pictureWidth, y+legendHeight) + out.String() + "</svg>\n", nil
}

const pictureHead = `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="Helvetica, Arial, sans-serif">
<!-- written by: go run ./tests/cmd/model-check -svg docs/mailbox-states.svg -->
<defs><marker id="head" viewBox="0 0 8 8" refX="2" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 Z" fill="#444"/></marker></defs>
<rect width="100%%" height="100%%" fill="#ffffff"/>
`

// compare holds what is drawn against what was met.
func (c *chart) compare(met map[change]bool) error {
	left := map[change]bool{}
	for m := range met {
		if to, ok := c.anytime[m.kind]; !ok || m.to != to {
			left[m] = true
		}
	}
	for _, a := range c.arrows {
		for _, kind := range a.kinds {
			m := change{a.from, a.to, kind}
			if !met[m] {
				return fmt.Errorf("%s: from %q to %q is drawn and never happens by step %d", c.title, a.from, a.to, kind)
			}
			delete(left, m)
		}
	}
	var missing []string
	for m := range left {
		missing = append(missing, fmt.Sprintf("from %q to %q by step %d", m.from, m.to, m.kind))
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return fmt.Errorf("%s: happens and is not drawn: %s", c.title, strings.Join(missing, "; "))
	}
	return nil
}

var toneColours = map[tone][2]string{
	ofGuest:  {"#e6f0fa", "#2f6299"},
	ofDevice: {"#fdf0df", "#a8641a"},
	ofHost:   {"#e8f5e8", "#37803e"},
	ofNobody: {"#f2f2f2", "#777777"},
}

func (c *chart) draw(out *strings.Builder, y int) {
	fmt.Fprintf(out, "<g transform=\"translate(0 %d)\">\n", y)
	if y > 0 {
		fmt.Fprintf(out, "<path d=\"M20 0 H%d\" stroke=\"#dddddd\"/>\n", pictureWidth-20)
	}
	drawText(out, 20, 24, "start", `font-size="16" font-weight="bold" fill="#222222"`, c.title)
	for _, a := range c.arrows {
		fmt.Fprintf(out, "<path d=\"%s\" fill=\"none\" stroke=\"#444444\" stroke-width=\"1.4\" marker-end=\"url(#head)\"/>\n", a.path)
		for i, line := range a.text {
			drawText(out, a.x, a.y+i*lineHeight, "middle", `font-size="12.5" fill="#333333"`, line)
		}
	}
	for _, b := range c.boxes {
		colours := toneColours[b.tone]
		fmt.Fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"9\" fill=\"%s\" stroke=\"%s\" stroke-width=\"1.6\"/>\n",
			b.x-boxWidth/2, b.y-boxHeight/2, boxWidth, boxHeight, colours[0], colours[1])
		drawText(out, b.x, b.y+5, "middle", `font-size="15" fill="#111111"`, b.phase)
	}
	drawText(out, 20, c.height-16, "start", `font-size="12.5" fill="#555555"`, c.note)
	out.WriteString("</g>\n")
}

func drawText(out *strings.Builder, x, y int, anchor, style, text string) {
	fmt.Fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" %s>%s</text>\n", x, y, anchor, style, html.EscapeString(text))
}

func drawLegend(out *strings.Builder, y int) {
	fmt.Fprintf(out, "<g transform=\"translate(0 %d)\">\n<path d=\"M20 0 H%d\" stroke=\"#dddddd\"/>\n", y, pictureWidth-20)
	x := 20
	for _, l := range []struct {
		tone tone
		text string
	}{{ofGuest, "the guest's move"}, {ofDevice, "the device's move"}, {ofHost, "the host's move"}, {ofNobody, "at rest"}} {
		colours := toneColours[l.tone]
		fmt.Fprintf(out, "<rect x=\"%d\" y=\"16\" width=\"22\" height=\"16\" rx=\"4\" fill=\"%s\" stroke=\"%s\"/>\n", x, colours[0], colours[1])
		drawText(out, x+30, 29, "start", `font-size="12.5" fill="#333333"`, l.text)
		x += 180
	}
	drawText(out, pictureWidth-20, 29, "end", `font-size="12.5" fill="#777777"`, "arrows: the changes met by make model-check")
	out.WriteString("</g>\n")
}
