// Command tally counts the lines and bytes of every file of the folder that it is given,
// and saves a table of them.
//
//	pxos vm run examples/pixelvm/tally/main.go --folder wgsl/soft --scratch .
package main

import "pxos/pixelvm/px"

// table is what is saved.
type table struct {
	text []byte
}

func (t *table) number(n int, width int) {
	var digits [20]byte
	at := len(digits)
	for n > 0 || at == len(digits) {
		at--
		digits[at] = byte('0' + n%10)
		n /= 10
	}
	for i := len(digits) - at; i < width; i++ {
		t.text = append(t.text, ' ')
	}
	for i := at; i < len(digits); i++ {
		t.text = append(t.text, digits[i])
	}
}

func lines(file int, buffer []byte) int {
	n := 0
	for at := 0; ; {
		count := px.FileRead(file, at, buffer)
		if count <= 0 {
			return n
		}
		for i := range count {
			if buffer[i] == '\n' {
				n++
			}
		}
		at += count
	}
}

func main() {
	var t table
	var name [200]byte
	buffer := make([]byte, 8192)
	all, bytes := 0, 0
	for file := range px.Files() {
		n := lines(file, buffer)
		all += n
		bytes += px.FileSize(file)
		t.number(n, 8)
		t.number(px.FileSize(file), 10)
		t.text = append(t.text, ' ', ' ')
		long := min(px.FileName(file, name[:]), len(name))
		for i := range long {
			t.text = append(t.text, name[i])
		}
		t.text = append(t.text, '\n')
	}
	if !px.Save("tally.txt", t.text) {
		px.Text("not saved\n")
	}
	px.Text("files, lines and bytes:\n")
	px.Int(px.Files())
	px.Int(all)
	px.Int(bytes)
}
