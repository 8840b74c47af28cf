package architect

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"

	"pxos/architect/source"
)

// Gates at which a model's reply is refused before anything is built.
const (
	GateReply = "reply" // there is none, or none that can be read
	GatePatch = "patch" // it does not apply, or reaches outside the roots
)

// Bounds on a model's replies, where ModelConfig sets none.
const (
	defaultModelAttempts = 5
	defaultReplyBytes    = 64 << 10
	defaultReplyTokens   = 8192
	defaultReplyLimit    = 3 * time.Minute
)

// ModelConfig says which server and model to ask, and how much to take from it.
type ModelConfig struct {
	URL   string // base of the API, such as http://localhost:8080/v1
	Model string // default "default", which servers with one model take
	Key   string // may be empty

	Attempts    int           // requests in one cycle, default 5
	ReplyBytes  int           // of text in one reply, default 64 KiB
	ReplyTokens int           // asked for as the reply's limit, default 8192
	ReplyLimit  time.Duration // wall clock of one reply, default 3 minutes
}

// ModelFromEnv reads PXOS_LLM_URL, PXOS_LLM_MODEL and PXOS_LLM_KEY. The URL is
// empty where no model is configured.
func ModelFromEnv() ModelConfig {
	return ModelConfig{URL: os.Getenv("PXOS_LLM_URL"), Model: os.Getenv("PXOS_LLM_MODEL"), Key: os.Getenv("PXOS_LLM_KEY")}
}

// Model proposes what a language model answers, over the chat API that
// OpenAI-compatible servers share. What it says is data: a patch, held against
// the same gates as any other candidate, never a command.
type Model struct{ ModelConfig }

// Name is the proposer's name in records.
func (Model) Name() string { return "model" }

// Open builds the first question. It asks nobody.
func (m Model) Open(_ context.Context, c *Case) (Session, error) {
	if m.URL == "" {
		return nil, errors.New("no language model is configured: set PXOS_LLM_URL to the base URL of an OpenAI-compatible server")
	}
	m.Model = orDefault(m.Model, "default")
	m.Attempts = orDefault(m.Attempts, defaultModelAttempts)
	m.ReplyBytes = orDefault(m.ReplyBytes, defaultReplyBytes)
	m.ReplyTokens = orDefault(m.ReplyTokens, defaultReplyTokens)
	m.ReplyLimit = orDefault(m.ReplyLimit, defaultReplyLimit)
	return &modelSession{config: m.ModelConfig, c: c, question: modelQuestion(c)}, nil
}

func orDefault[T int | string | time.Duration](value, standard T) T {
	var zero T
	if value == zero {
		return standard
	}
	return value
}

// exchange is an earlier reply and why it was refused.
type exchange struct{ reply, refusal string }

// keptExchanges is how many refused replies the model is shown again.
const keptExchanges = 3

type modelSession struct {
	config   ModelConfig
	c        *Case
	question string
	asked    int
	over     bool // the server cannot be used
	reply    string
	earlier  []exchange
}

// Serial says that each answer is told before the next is asked for.
func (s *modelSession) Serial() bool { return true }

// Next asks the model once. Whatever is wrong with the reply becomes a refused
// proposal; only the caller's own context ends it with an error.
func (s *modelSession) Next(ctx context.Context) (*Proposal, error) {
	if s.over || s.asked >= s.config.Attempts {
		return nil, nil
	}
	s.asked++
	p := &Proposal{Tree: s.c.Broken, Attempt: Attempt{
		Proposer: "model", Operator: "patch", Note: fmt.Sprintf("reply %d of %s", s.asked, clip(s.config.Model, 80)),
	}}
	refuse := func(gate string, err error) (*Proposal, error) {
		p.Attempt.Gate, p.Attempt.Reason = gate, clip(err.Error(), 600)
		return p, nil
	}
	text, err := s.config.ask(ctx, s.messages())
	s.reply = text
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		var gone *serverError
		s.over = errors.As(err, &gone)
		return refuse(GateReply, err)
	}
	answer, err := parseReply(text)
	if err != nil {
		return refuse(GateReply, err)
	}
	if answer.Reason != "" {
		p.Attempt.Note = clip(oneLine(answer.Reason), 300)
	}
	patch := recount(plainNames(answer.Patch))
	tree, err := s.c.Broken.Apply(patch, s.c.Project.Roots)
	if err != nil {
		p.Attempt.Diff = clip(answer.Patch, 8<<10)
		return refuse(GatePatch, err)
	}
	p.Tree = tree
	if changed := s.c.Broken.Changed(tree); len(changed) > 0 {
		p.Attempt.File = changed[0]
		p.Attempt.Line, p.Attempt.Function = s.place(changed[0], tree)
	}
	return p, nil
}

// place finds the first line that a patch changes, and its function.
func (s *modelSession) place(path string, tree source.Tree) (int, string) {
	before, _ := s.c.Broken.File(path)
	after, _ := tree.File(path)
	line := firstDifference(before, after)
	return line, functionAt(path, before, line, s.c.Project.Module)
}

// firstDifference is the first line in which two texts differ, from 1 on.
func firstDifference(before, after string) int {
	b, a := strings.Split(before, "\n"), strings.Split(after, "\n")
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n + 1
}

// Told keeps a refusal for the next request.
func (s *modelSession) Told(a *Attempt) {
	if a.Accepted {
		return
	}
	refusal := "Refused at the gate \"" + a.Gate + "\": " + clip(a.Reason, 2000)
	s.earlier = append(s.earlier, exchange{clip(s.reply, 6<<10), refusal})
	s.earlier = s.earlier[max(0, len(s.earlier)-keptExchanges):]
}

// messages is the conversation: the question, and what was refused since.
func (s *modelSession) messages() []openai.ChatCompletionMessageParamUnion {
	out := []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(modelTask), openai.UserMessage(s.question)}
	for _, e := range s.earlier {
		reply := e.reply
		if reply == "" {
			reply = "(no reply)"
		}
		out = append(out, openai.AssistantMessage(reply), openai.UserMessage(e.refusal+"\nAnswer again, with another patch against the source as it was shown first."))
	}
	return out
}

// clip cuts a text that came from outside, at a whole character, and makes it
// valid UTF-8.
func clip(text string, limit int) string {
	if len(text) > limit {
		text = text[:limit] + "…"
	}
	return strings.ToValidUTF8(text, "")
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
