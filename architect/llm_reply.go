package architect

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// answer is what a model is asked to reply.
type answer struct {
	Patch  string `json:"patch"`
	Reason string `json:"reason"`
}

// parseReply reads a reply: the JSON object alone, or in a fenced block with
// text around it.
func parseReply(text string) (answer, error) {
	text = strings.TrimSpace(text)
	// Models that think aloud put it before the answer.
	if i := strings.LastIndex(text, "</think>"); i >= 0 {
		text = strings.TrimSpace(text[i+len("</think>"):])
	}
	if a, err := decodeAnswer(text); err == nil || strings.HasPrefix(text, "{") {
		return a, err
	}
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "```")
		if !found {
			break
		}
		block, next, closed := strings.Cut(after, "\n```")
		if !closed {
			break
		}
		rest = next
		language, body, _ := strings.Cut(block, "\n")
		switch strings.TrimSpace(language) {
		case "json", "":
			if a, err := decodeAnswer(strings.TrimSpace(body)); err == nil {
				return a, nil
			}
		case "diff", "patch":
			return answer{Patch: body + "\n"}, nil
		}
	}
	return answer{}, errors.New("the reply is no JSON object with the keys patch and reason")
}

func decodeAnswer(text string) (answer, error) {
	var a answer
	d := json.NewDecoder(strings.NewReader(text))
	if err := d.Decode(&a); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return a, errors.New("the reply is broken JSON: it ends in the middle")
		}
		return a, fmt.Errorf("the reply is broken JSON: %v", err)
	}
	if d.More() {
		return a, errors.New("the reply is broken JSON: there is text after the object")
	}
	if strings.TrimSpace(a.Patch) == "" {
		return a, errors.New("the reply has no patch (key patch, a unified diff)")
	}
	if !strings.HasSuffix(a.Patch, "\n") {
		a.Patch += "\n"
	}
	return a, nil
}

var hunkHead = regexp.MustCompile(`^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)$`)

// plainNames takes the a/ and b/ off the names of a diff without git's own
// headers, where nothing else says that they are there.
func plainNames(patch string) string {
	if strings.Contains(patch, "diff --git ") {
		return patch
	}
	lines := strings.SplitAfter(patch, "\n")
	for i := 0; i+2 < len(lines); i++ {
		old, isOld := strings.CutPrefix(lines[i], "--- a/")
		new, isNew := strings.CutPrefix(lines[i+1], "+++ b/")
		if isOld && isNew && strings.HasPrefix(lines[i+2], "@@ ") {
			lines[i], lines[i+1] = "--- "+old, "+++ "+new
		}
	}
	return strings.Join(lines, "")
}

// recount corrects the line counts in the heads of hunks, which models get
// wrong, from the lines that follow. The lines themselves stay as they are, so
// a hunk that does not fit the source is refused all the same.
func recount(patch string) string {
	lines := strings.SplitAfter(patch, "\n")
	var out strings.Builder
	for i := 0; i < len(lines); {
		m := hunkHead.FindStringSubmatch(strings.TrimRight(lines[i], "\r\n"))
		if m == nil {
			out.WriteString(lines[i])
			i++
			continue
		}
		old, new, end := 0, 0, i+1
		for ; end < len(lines); end++ {
			l := lines[end]
			if strings.HasPrefix(l, "--- ") && end+1 < len(lines) && strings.HasPrefix(lines[end+1], "+++ ") {
				break
			}
			if l == "" || !strings.ContainsRune(" +-\\", rune(l[0])) {
				break
			}
			if l[0] == ' ' || l[0] == '-' {
				old++
			}
			if l[0] == ' ' || l[0] == '+' {
				new++
			}
		}
		fmt.Fprintf(&out, "@@ -%s,%d +%s,%d @@%s\n", m[1], old, m[2], new, m[3])
		out.WriteString(strings.Join(lines[i+1:end], ""))
		i = end
	}
	return out.String()
}
