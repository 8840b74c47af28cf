package linux

// Calls is how many numbers of system calls are told apart.
const Calls = callCount

// Support says what there is of a system call: its name, "full", "partial" or "absent",
// and what is missing of it. name is "" for a number that nobody has.
func Support(number int) (name, level, gap string) {
	e := &calls[number]
	switch e.level {
	case full:
		level = "full"
	case partial:
		level = "partial"
	default:
		level = "absent"
	}
	return e.name, level, e.gap
}
