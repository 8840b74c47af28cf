package serve

import "strings"

// parts is text that can be given out, and text that may be the start of a stop.
type parts struct{ out, held string }

// hold cuts a text before the first of the stops in it, or holds back the end that one of
// them may begin with.
func hold(text string, stops []string) (p parts, stopped bool) {
	at := len(text)
	for _, s := range stops {
		if i := strings.Index(text, s); s != "" && i >= 0 && i < at {
			at, stopped = i, true
		}
	}
	if stopped {
		return parts{out: text[:at]}, true
	}
	from := len(text)
	for _, s := range stops {
		for n := min(len(s)-1, len(text)); n > 0; n-- {
			if strings.HasSuffix(text, s[:n]) {
				from = min(from, len(text)-n)
				break
			}
		}
	}
	return parts{text[:from], text[from:]}, false
}
