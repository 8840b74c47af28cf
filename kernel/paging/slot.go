package paging

import "pxos/kernel/arch/amd64"

// A slot is the entry of a small page of ring 3: the page-fault path looks at it and
// fills it with one walk. Its table stays for as long as the address space.

// Slot gives the slot of an address of the user half and makes the tables above it that
// are missing.
func (t *Tables) Slot(virt uint64) (*uint64, Error) {
	table, err := t.table(virt, LevelPT)
	if err != OK {
		return nil, err
	}
	return &table[index(virt, LevelPT)], OK
}

// Reserve has a slot show a frame to the kernel alone, which fills it. It is not
// global: the address is another page's in the next space.
func (t *Tables) Reserve(slot *uint64, pa uint64) {
	*slot = encode(pa, Flags{Write: true}, LevelPT) &^ PTE_G
}

// Present has a slot show a frame to ring 3.
func (t *Tables) Present(slot *uint64, virt, pa uint64, f Flags) {
	*slot = encode(pa, f, LevelPT)
	if t.live {
		amd64.Invlpg(virt)
	}
}

// Allows says whether an entry lets ring 3 in for an access.
func Allows(entry uint64, write, exec bool) bool {
	if entry&(PTE_P|PTE_US) != PTE_P|PTE_US {
		return false
	}
	return (!write || entry&PTE_RW != 0) && (!exec || entry&PTE_NX == 0)
}
