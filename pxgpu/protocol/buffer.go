package protocol

// A store buffer: what an agent has written and the others do not see yet. With
// weak off it is that of x86-TSO (Sewell et al., CACM 53(7), 2010): one queue
// for each agent, first in, first out; a load takes the newest store of its own
// buffer first; a fence waits until the buffer is empty. With weak on, stores to
// different places leave it in any order, and only a release waits for all that
// were written before it.

const (
	bufferStores = 4
	releaseStore = 0x80 // set in pending.at
)

// pending is a store that has not left its buffer.
type pending struct {
	at, value uint8
}

type buffer struct {
	n      uint8
	stores [bufferStores]pending
}

func (b *buffer) empty() bool          { return b.n == 0 }
func (b *buffer) room(stores int) bool { return int(b.n)+stores <= bufferStores }

func (b *buffer) push(at, value uint8) {
	b.stores[b.n] = pending{at, value}
	b.n++
}

// newest gives the value of the agent's own last store to a place.
func (b *buffer) newest(at uint8) (uint8, bool) {
	for i := int(b.n) - 1; i >= 0; i-- {
		if b.stores[i].at&^releaseStore == at {
			return b.stores[i].value, true
		}
	}
	return 0, false
}

// mayLeave says whether store i may become visible now.
func (b *buffer) mayLeave(i int, weak bool) bool {
	if i == 0 {
		return true
	}
	if !weak || b.stores[i].at&releaseStore != 0 {
		return false
	}
	for _, earlier := range b.stores[:i] {
		if earlier.at&^releaseStore == b.stores[i].at {
			return false
		}
	}
	return true
}

// leave takes store i out.
func (b *buffer) leave(i int) (at, value uint8) {
	p := b.stores[i]
	copy(b.stores[i:], b.stores[i+1:b.n])
	b.n--
	b.stores[b.n] = pending{}
	return p.at &^ releaseStore, p.value
}
