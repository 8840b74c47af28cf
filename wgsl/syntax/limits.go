package syntax

// The bounds that keep hostile text from taking memory or stack. The first two
// of nesting are above what the section "Limits" asks for or equal to it.
const (
	// MaxSourceBytes is the longest text that Parse reads.
	MaxSourceBytes = 16 << 20
	// MaxErrors is the number of errors reported in one run; one more message then
	// says that there are others.
	MaxErrors = 100
	// MaxNesting is how deep statements in braces may nest in a function, the braces
	// of the function itself not counted ("Limits": 127).
	MaxNesting = 127
	// MaxExprNesting is how deep an expression may nest: parentheses, indices,
	// arguments, template arguments and operators before their operand.
	MaxExprNesting = 512
	// MaxExprHeight is how high the tree of one expression may be. It bounds what
	// grows without nesting: a + a + a, and a[0][0].
	MaxExprHeight = 10000
	// MaxElseIf is how many `else if` may lie on one path through a function: those
	// of a chain, and those of the chains around it.
	MaxElseIf = 4095
)
