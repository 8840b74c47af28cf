package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/llm/chat"
	"pxos/llm/generate"
	"pxos/llm/model"
	"pxos/llm/token"
)

// conversation is a chat at the terminal.
type conversation struct {
	r         *llmRunner
	v         *token.Vocabulary
	s         *model.Sequence
	out, told io.Writer
	templates chat.Renderer
	messages  []map[string]string
	fed       []int // tokens that the sequence has
}

const chatHelp = "/new begins anew, /system TEXT too, with an instruction; /quit, Ctrl-D or Ctrl-C ends.\n"

// chat asks for what a person says, a line each, and answers.
func (r *llmRunner) chat(c *cobra.Command, s *model.Sequence, v *token.Vocabulary) error {
	if v.Template == "" {
		return failed{"the model has no chat template: it goes on from texts, without --chat"}
	}
	x := &conversation{r: r, v: v, s: s, out: c.OutOrStdout(), told: c.ErrOrStderr()}
	defer x.templates.Close()
	fmt.Fprint(x.told, chatHelp)
	lines, ended := readLines(c.Context(), c.InOrStdin())
	fmt.Fprint(x.told, "> ")
	for line := range lines {
		line = strings.TrimSpace(line)
		system, isSystem := strings.CutPrefix(line, "/system ")
		switch {
		case line == "":
		case line == "/quit":
			return nil
		case line == "/new":
			x.messages = nil
		case isSystem:
			x.messages = []map[string]string{{"role": "system", "content": system}}
		case strings.HasPrefix(line, "/"):
			fmt.Fprint(x.told, chatHelp)
		default:
			if err := x.say(c.Context(), line); err != nil {
				return err
			}
		}
		fmt.Fprint(x.told, "> ")
	}
	fmt.Fprintln(x.told)
	return <-ended
}

// readLines reads lines until there are no more, or ctx is done, when a terminal may still be
// waited for.
func readLines(ctx context.Context, r io.Reader) (<-chan string, <-chan error) {
	lines, ended := make(chan string), make(chan error, 1)
	read := make(chan string)
	var err error
	go func() {
		defer close(read)
		in := bufio.NewScanner(r)
		in.Buffer(nil, 1<<20)
		for in.Scan() && ctx.Err() == nil {
			read <- in.Text()
		}
		err = in.Err()
	}()
	go func() {
		defer close(lines)
		for {
			select {
			case <-ctx.Done():
				ended <- nil
				return
			case line, ok := <-read:
				if !ok {
					ended <- err
					return
				}
				lines <- line
			}
		}
	}()
	return lines, ended
}

// say adds what a person says and writes the model's answer. What cannot be said is told and
// forgotten.
func (x *conversation) say(ctx context.Context, text string) error {
	before := x.messages
	x.messages = append(before[:len(before):len(before)], map[string]string{"role": "user", "content": text})
	ids, err := x.prompt(ctx)
	if err == nil && len(ids) >= x.r.context {
		err = fmt.Errorf("the conversation has %d tokens, the context %d; what to do: /new, or --context N: %w", len(ids), x.r.context, model.ErrContext)
	}
	if errors.Is(err, chat.ErrTemplate) || errors.Is(err, model.ErrContext) {
		fmt.Fprintln(x.told, err)
		x.messages = before
		return nil
	}
	if err != nil {
		return err
	}
	same := 0
	for same < len(x.fed) && same < len(ids)-1 && x.fed[same] == ids[same] {
		same++
	}
	x.s.Cut(same)
	var answer strings.Builder
	stats, err := generate.Continue(ctx, x.s, x.v, ids[same:], x.r.context, generate.Options{Tokens: x.r.most, Ahead: x.r.compute.ahead, Sample: x.r.options, Now: time.Now}, func(text string) error {
		answer.WriteString(text)
		_, err := io.WriteString(x.out, text)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(x.out)
	x.fed = append(ids, stats.IDs...)[:stats.Used]
	x.messages = append(x.messages, map[string]string{"role": "assistant", "content": strings.TrimSpace(answer.String())})
	fmt.Fprintf(x.told, "[%.1f tokens/s, context %d of %d %s]\n", float64(len(stats.IDs))/max(stats.Decode.Seconds(), 1e-9), stats.Used, x.r.context, meter(stats.Used, x.r.context))
	return nil
}

// prompt is the conversation as the model's template has it.
func (x *conversation) prompt(ctx context.Context) ([]int, error) {
	text, err := x.templates.Render(ctx, x.v.Template, map[string]any{
		"messages": x.messages, "add_generation_prompt": true, "bos_token": x.v.Text(x.v.BOS), "eos_token": x.v.Text(x.v.EOS),
	}, time.Now())
	if err != nil {
		return nil, err
	}
	ids := x.v.EncodeTemplate(text)
	if len(ids) == 0 {
		return nil, fmt.Errorf("%w makes nothing of this", chat.ErrTemplate)
	}
	return ids, nil
}

// meter is a share as a bar.
func meter(n, of int) string {
	const wide = 10
	full := min(wide, n*wide/max(of, 1))
	return strings.Repeat("█", full) + strings.Repeat("·", wide-full)
}
