package machine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

const (
	textColumns   = 80
	textRows      = 25
	textCellBytes = 4 // in the adapter's memory: character, attribute, font planes
)

var errNoScreen = errors.New("the machine has no VGA text screen")

// screenText reads the 80x25 text screen out of the VGA adapter's memory.
func (m *Machine) screenText(ctx context.Context) (string, error) {
	if m.cfg.VGA != "std" {
		return "", errNoScreen
	}
	text, err := m.qmp.monitor(ctx, "info mtree -f")
	if err != nil {
		return "", err
	}
	regions, err := parseMemoryMap(text)
	if err != nil {
		return "", err
	}
	for _, r := range regions {
		if r.Name != "vga.vram" || r.Offset != 0 || r.End-r.Start < textColumns*textRows*textCellBytes {
			continue
		}
		cells := make([]byte, textColumns*textRows*textCellBytes)
		if err := m.gdbRead(ctx, r.Start, cells, true); err != nil {
			return "", err
		}
		return decodeText(cells), nil
	}
	return "", errNoScreen
}

// decodeText makes lines of the adapter's cells; what is not ASCII becomes a
// blank.
func decodeText(cells []byte) string {
	var b strings.Builder
	for row := range textRows {
		line := make([]byte, 0, textColumns)
		for column := range textColumns {
			c := cells[(row*textColumns+column)*textCellBytes]
			if c < ' ' || c > '~' {
				c = ' '
			}
			line = append(line, c)
		}
		b.WriteString(strings.TrimRight(string(line), " "))
		b.WriteByte('\n')
	}
	return strings.TrimRight(b.String(), "\n")
}

// Screendump writes the screen as a PNG file. The machine needs VGA "std" or Screen.
func (m *Machine) Screendump(ctx context.Context, path string) error {
	if m.cfg.VGA != "std" && !m.cfg.Screen {
		return labErrorf("screendump", `create the machine with VGA "std" or Screen`, ErrConfig, "it has no screen")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return &LabError{Op: "screendump", Err: err}
	}
	partial := abs + ".partial"
	defer os.Remove(partial) // after the rename there is none
	arguments := map[string]string{"filename": partial, "format": "png"}
	if err := m.qmp.execute(ctx, "screendump", arguments, nil); err != nil {
		return m.lost("screendump", err)
	}
	if err := os.Rename(partial, abs); err != nil {
		return &LabError{Op: "screendump", Err: err}
	}
	return nil
}
