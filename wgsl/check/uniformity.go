package check

// uniformity is the last step.
func (c *checker) uniformity() {}
