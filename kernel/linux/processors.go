package linux

// enterKernel is what a processor does when it comes into the kernel: here, one at a
// time.
func (s *System) enterKernel(c *processor) { s.here = c }

// leaveKernel lets another in.
func (s *System) leaveKernel(c *processor) {}

// shoot has every processor drop what it knows of a space's page tables.
func (s *System) shoot(sp *space) {}

// nudge has a processor look at its queue.
func (s *System) nudge(c *processor) {}
