package serve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"pxos/llm/generate"
	"pxos/llm/grammar"
	"pxos/llm/model"
	"pxos/llm/sample"
	"pxos/llm/token"
)

// ErrBusy says that as many texts wait as may.
var ErrBusy = errors.New("too many requests wait")

// ErrClosed says that the scheduler has ended.
var ErrClosed = errors.New("the server is ending")

// errGrammar is a vocabulary that has no token for what a grammar wants.
var errGrammar = errors.New("the vocabulary has no token that the grammar allows here")

// Options of a Scheduler.
type Options struct {
	Slots   int // texts that are computed at once
	Waiting int // that wait for a slot
	Context int // tokens of each slot
	Ahead   int // guesses at once, by look-up, for a text that is alone; 0 for none
}

// Request is a text to go on from.
type Request struct {
	Tokens  []int
	Most    int // tokens to add
	Options sample.Options
	Stop    []string
	// Logprobs has the log-probabilities of tokens said, with those of so many others;
	// -1 says none.
	Logprobs int
	// Grammar, where it is not nil, is what the text is to be in.
	Grammar *grammar.Grammar
	// Echo, where it is not empty, is told first; where log-probabilities are, those of the
	// prompt's tokens are told with it.
	Echo string
	// Embed has no token added: what is wanted is the mean of what the head sees of the
	// tokens, of length one.
	Embed bool
}

// Event is what comes of a request: text, and at the end why it ended.
type Event struct {
	Text     string
	Tokens   int              // that were added so far
	Prompt   int              // tokens of it, said at the end; so
	Reused   int              // those that were computed before
	Logprobs []sample.Logprob // of tokens that were added since the last event
	End      string           // "stop", "length", or "" while it goes on
	Vector   []float32        // of Embed
	Err      error
}

// Scheduler shares a model's engine among texts.
type Scheduler struct {
	e     *model.Engine
	v     *token.Vocabulary
	o     Options
	queue chan *job
	stop  context.CancelFunc
	ended chan struct{}
	// tokens are the vocabulary's for grammars, which take a while to sort.
	tokens func() *grammar.Tokens
	begun  int // texts, of the goroutine that works

	mu      sync.Mutex
	stats   Stats
	closing bool
}

// Stats are counts since the start, and what goes on now.
type Stats struct {
	Requests, Refused, Cancelled, Prompt, Generated, Reused int64
	Running, Waiting                                        int
}

// job is a request on its way.
type job struct {
	ctx    context.Context
	r      Request
	events chan Event
	slot   *slot

	sampler *sample.Sampler
	decoder *token.Decoder
	held    string // text that may be the start of a stop
	fed     int    // tokens of the prompt
	next    []int  // that are to be computed: a part of the prompt, or the last token
	added   int
	probs   []sample.Logprob
	sum     []float32 // of Embed
	matcher *grammar.Matcher
	awaits  *job // that computes what this one begins with
	ended   bool
	reused  int // tokens of the prompt
	ahead   generate.Ahead
	echoed  bool
}

// New starts a scheduler; Close it. Slots take memory as their texts grow.
func New(e *model.Engine, v *token.Vocabulary, o Options) *Scheduler {
	ctx, stop := context.WithCancel(context.Background())
	s := &Scheduler{e: e, v: v, o: o, queue: make(chan *job, o.Waiting), stop: stop, ended: make(chan struct{}), tokens: sync.OnceValue(func() *grammar.Tokens { return grammar.NewTokens(v) })}
	slots := make([]*slot, o.Slots)
	for i := range slots {
		slots[i] = &slot{s: e.NewSequence(o.Context)}
	}
	go s.work(ctx, slots)
	return s
}

// Close ends the scheduler; requests that are on their way end with ErrClosed.
func (s *Scheduler) Close() {
	s.stop()
	<-s.ended
}

// Stats says what was done.
func (s *Scheduler) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.stats
	out.Waiting = len(s.queue)
	return out
}

func (s *Scheduler) count(f func(*Stats)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.stats)
}

// Submit asks for a text. The events end with one that has an End or an error; there is
// room for all of them, so that nobody waits for who does not read.
func (s *Scheduler) Submit(ctx context.Context, r Request) (<-chan Event, error) {
	if len(r.Tokens) == 0 {
		return nil, errors.New("the prompt has no tokens")
	}
	if len(r.Tokens) >= s.o.Context {
		return nil, fmt.Errorf("the prompt has %d tokens, the context %d: %w", len(r.Tokens), s.o.Context, model.ErrContext)
	}
	r.Most = min(r.Most, s.o.Context-len(r.Tokens))
	j := &job{ctx: ctx, r: r, events: make(chan Event, r.Most+3), sampler: sample.New(r.Options), decoder: s.v.NewDecoder()}
	if r.Grammar != nil {
		j.matcher = r.Grammar.NewMatcher(s.tokens())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing { // and nobody would take it from the queue
		return nil, ErrClosed
	}
	select {
	case s.queue <- j:
		s.stats.Requests++
		return j.events, nil
	default:
		s.stats.Refused++
		return nil, ErrBusy
	}
}

// chunk is how many tokens of a prompt are computed at once, so that others go on.
const chunk = 64

// work computes until it is stopped.
func (s *Scheduler) work(ctx context.Context, slots []*slot) {
	defer close(s.ended)
	var active []*job
	for ctx.Err() == nil {
		active = s.admit(ctx, slots, active)
		active = s.leave(active)
		if len(active) > 0 {
			active = s.step(active)
		}
		s.count(func(x *Stats) { x.Running = len(active) })
	}
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	for _, j := range active {
		j.last(Event{Err: ErrClosed})
	}
	for _, x := range slots {
		_ = x.s.Close() // what does not give its memory back has ended
	}
	for {
		select {
		case j := <-s.queue:
			j.last(Event{Err: ErrClosed})
		default:
			return
		}
	}
}

// admit gives free slots to those that wait; with nothing to do it waits itself.
func (s *Scheduler) admit(ctx context.Context, slots []*slot, active []*job) []*job {
	for len(active) < len(slots) {
		var j *job
		if len(active) == 0 {
			select {
			case j = <-s.queue:
			case <-ctx.Done():
				return active
			}
		} else {
			select {
			case j = <-s.queue:
			default:
				return active
			}
		}
		if err := j.ctx.Err(); err != nil {
			s.count(func(x *Stats) { x.Cancelled++ })
			j.last(Event{Err: err})
			continue
		}
		s.begin(slots, j, active)
		active = append(active, j)
	}
	return active
}

// leave ends the jobs whose clients have gone.
func (s *Scheduler) leave(active []*job) []*job {
	left := active[:0]
	for _, j := range active {
		if err := j.ctx.Err(); err != nil {
			s.count(func(x *Stats) { x.Cancelled++ })
			s.end(j, Event{Err: err})
			continue
		}
		left = append(left, j)
	}
	return left
}

func (s *Scheduler) end(j *job, last Event) {
	j.ahead.Drop(j.slot.s)
	j.slot.tokens = j.slot.tokens[:min(len(j.slot.tokens), j.slot.s.Len())] // fewer after an error
	last.Tokens, last.Logprobs, last.Prompt, last.Reused = j.added, j.probs, len(j.r.Tokens), j.reused
	j.slot.busy, j.ended = false, true
	j.last(last)
}

// last passes on the event after which there are none.
func (j *job) last(e Event) {
	j.events <- e
	close(j.events)
}

// step computes a part of each job's prompt, or a token.
func (s *Scheduler) step(all []*job) []*job {
	var active, left []*job
	for _, j := range all {
		if s.settled(j) {
			active = append(active, j)
		} else {
			left = append(left, j)
		}
	}
	spans := make([]model.Span, len(active))
	for i, j := range active {
		if j.fed < len(j.r.Tokens) {
			j.next = j.r.Tokens[j.fed:min(len(j.r.Tokens), j.fed+chunk)]
			j.fed += len(j.next)
		}
		spans[i] = s.span(j, len(active) == 1)
		switch {
		case j.r.Embed:
			spans[i].More, spans[i].State = true, j.add
		case j.r.every() && !j.echoed:
			if first := j.r.Tokens[0]; j.fed == len(j.next) && !(s.v.AddBOS && first == s.v.BOS) { // which is no part of the text
				j.probs = append(j.probs, sample.Logprob{Token: first, Logprob: math.NaN()})
			}
			spans[i].Each = j.see(j.fed - len(j.next))
		}
	}
	logits, err := s.e.Feed(spans)
	for i, j := range active {
		if err != nil { // of the laboratory: all tokens were looked at
			s.end(j, Event{Err: err})
			continue
		}
		j.slot.tokens = append(j.slot.tokens, j.next...)
		if j.r.Embed && j.fed == len(j.r.Tokens) {
			s.end(j, Event{Vector: unit(j.sum), End: "stop"})
			continue
		}
		if !spans[i].More && j.r.Echo != "" && !j.echoed {
			j.events <- Event{Text: j.r.Echo, Logprobs: j.probs}
			j.echoed, j.probs = true, nil
		}
		if spans[i].More || s.proceed(j, j.ahead.Logits(logits[i])) {
			left = append(left, j)
		}
	}
	return left
}

// span is what is computed of a job next. Guesses are for a text that is alone: others fill the
// pass.
func (s *Scheduler) span(j *job, alone bool) model.Span {
	if j.added == 0 {
		return model.Span{Sequence: j.slot.s, Tokens: j.next, More: j.fed < len(j.r.Tokens)}
	}
	room := 0
	if alone {
		room = j.r.Most - j.added - 1
	}
	return j.ahead.Span(j.slot.s, j.next[0], room)
}

// proceed takes tokens as far as they are known.
func (s *Scheduler) proceed(j *job, logits []float32) bool {
	for s.choose(j, logits) {
		known, ok := j.ahead.Known(j.next[0])
		if !ok {
			return true
		}
		j.slot.tokens = append(j.slot.tokens, j.next[0])
		logits = known
	}
	return false
}

// choose takes a job's next token, and says whether it goes on.
func (s *Scheduler) choose(j *job, logits []float32) bool {
	if j.added >= j.r.Most {
		s.end(j, Event{Text: j.held + j.decoder.Rest(), End: "length"})
		return false
	}
	var allowed func(id int) bool
	if j.matcher != nil {
		if j.matcher.Done() { // before the first token: the grammar has no text but the empty one
			s.end(j, Event{End: "stop"})
			return false
		}
		allowed = j.matcher.Allowed()
	}
	t := j.sampler.Next(logits, allowed)
	if t < 0 && allowed != nil {
		s.end(j, Event{Text: j.held + j.decoder.Rest(), Err: errGrammar})
		return false
	}
	if t < 0 {
		s.end(j, Event{Err: fmt.Errorf("the logits are no numbers: %w", model.ErrWeights)})
		return false
	}
	if s.v.Ends(t) {
		s.end(j, Event{Text: j.held + j.decoder.Rest(), End: "stop"})
		return false
	}
	j.sampler.Saw(t)
	j.ahead.Saw(t)
	j.added++
	if j.r.Logprobs >= 0 {
		j.probs = append(j.probs, sample.Logprobs(logits, t, j.r.Logprobs))
	}
	s.count(func(x *Stats) { x.Generated++ })
	text, stopped := hold(j.held+j.decoder.Next(t), j.r.Stop)
	if j.matcher != nil && !stopped {
		if j.matcher.Take(t); j.matcher.Done() { // nothing but the end may come
			s.end(j, Event{Text: text.out + text.held + j.decoder.Rest(), End: "stop"})
			return false
		}
	}
	if stopped {
		s.end(j, Event{Text: text.out, End: "stop"})
		return false
	}
	j.held = text.held
	if j.added == j.r.Most {
		s.end(j, Event{Text: text.out + j.held + j.decoder.Rest(), End: "length"})
		return false
	}
	if text.out != "" {
		j.events <- Event{Text: text.out, Tokens: j.added, Logprobs: j.probs}
		j.probs = nil
	}
	j.next = []int{t}
	return true
}

// every says that what each of the prompt's tokens costs is wanted.
func (r *Request) every() bool { return r.Echo != "" && r.Logprobs >= 0 }

// see notes how likely each token of the prompt was after those before it, of a part from a
// place on.
func (j *job) see(from int) func(i int, logits []float32) {
	return func(i int, logits []float32) {
		if next := from + i + 1; next < len(j.r.Tokens) {
			j.probs = append(j.probs, sample.Logprobs(logits, j.r.Tokens[next], j.r.Logprobs))
		}
	}
}

// add adds what the head sees of a token.
func (j *job) add(_ int, state []float32) {
	if j.sum == nil {
		j.sum = make([]float32, len(state))
	}
	for i, v := range state {
		j.sum[i] += v
	}
}

// unit makes a vector's length one.
func unit(v []float32) []float32 {
	var squares float64
	for _, x := range v {
		squares += float64(x) * float64(x)
	}
	scale := float32(1 / math.Sqrt(max(squares, math.SmallestNonzeroFloat32)))
	for i := range v {
		v[i] *= scale
	}
	return v
}
