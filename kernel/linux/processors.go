package linux

// enterKernel is what a processor does when it comes into the kernel: here, one at a
// time.
func (s *System) enterKernel(c *processor) { s.here = c }

// leaveKernel lets another in.
func (s *System) leaveKernel(c *processor) {}

// nudge has a processor look at its queue.
func (s *System) nudge(c *processor) {}
