package amd64

// rdrand gives 64 bits of the processor's own randomness; ok is false where it had none
// to give: Intel SDM volume 1, 7.3.17.
func rdrand() (value uint64, ok bool)

// Random is 64 bits of the processor's randomness, where it has RDRAND and it works.
func Random() (value uint64, ok bool) {
	const tries = 10 // as the SDM advises
	if _, _, c, _ := Cpuid(1, 0); c&(1<<30) == 0 {
		return 0, false
	}
	for range tries {
		if value, ok = rdrand(); ok {
			return value, true
		}
	}
	return 0, false
}
