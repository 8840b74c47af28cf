package flat

// sweep removes slots that nobody reads, values that nobody uses and bodies that
// do nothing, until nothing more falls away.
func sweep(p *Program) {
	for {
		s := &sweeper{reads: map[*Slot]int{}}
		s.count(p.Body)
		if !s.remove(p.Body) {
			return
		}
	}
}

type sweeper struct{ reads map[*Slot]int }

func eachBody(i *Instr, f func(*Body)) {
	if i.Body != nil {
		f(i.Body)
	}
	if i.Else != nil {
		f(i.Else)
	}
}

// inputsOf calls f for every value that an instruction uses.
func inputsOf(i *Instr, f func(*Instr)) {
	for _, a := range i.Args {
		f(a)
	}
	if i.Access != nil {
		for _, t := range i.Access.Terms {
			f(t.Index)
		}
	}
}

func (s *sweeper) count(b *Body) {
	for _, i := range b.Code {
		i.Uses = 0
	}
	for _, i := range b.Code {
		if i.Op == Get {
			s.reads[i.Slot]++
		}
		inputsOf(i, func(a *Instr) { a.Uses++ })
		eachBody(i, s.count)
	}
}

// remove drops what the counts show to be idle and says whether anything fell.
// Uses that a dropped value had are given back on the spot, so that one pass from
// the end drops whole chains.
func (s *sweeper) remove(b *Body) bool {
	fell := false
	keep := len(b.Code)
	for k := len(b.Code) - 1; k >= 0; k-- {
		i := b.Code[k]
		eachBody(i, func(inner *Body) { fell = s.remove(inner) || fell })
		if s.idle(i) {
			fell = true
			if i.Op == Get {
				s.reads[i.Slot]--
			}
			inputsOf(i, func(a *Instr) { a.Uses-- })
			continue
		}
		keep--
		b.Code[keep] = i
	}
	b.Code = append([]*Instr(nil), b.Code[keep:]...)
	return fell
}

func (s *sweeper) idle(i *Instr) bool {
	switch i.Op {
	case Set:
		return s.reads[i.Slot] == 0
	case Get, Load, Exchanged:
		return i.Uses == 0
	case If:
		return len(i.Body.Code) == 0 && (i.Else == nil || len(i.Else.Code) == 0)
	case Block:
		return len(i.Body.Code) == 0
	}
	return i.Pure() && i.Uses == 0
}
