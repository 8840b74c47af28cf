package region

// Map is the regions of one process. Init first; a map that is zero takes nothing.
type Map struct {
	space  []Region // count regions by address; Spare more for the work
	count  int
	lo, hi uint64
}

// Init makes the map empty. It may hold len(space) - Spare regions, between lo and
// hi, addresses of pages.
func (m *Map) Init(space []Region, lo, hi uint64) Error {
	*m = Map{}
	switch {
	case lo >= hi:
		return ErrEmpty
	case lo%pageBytes != 0 || hi%pageBytes != 0:
		return ErrMisaligned
	case len(space) <= Spare:
		return ErrNoRoom
	}
	m.space, m.lo, m.hi = space, lo, hi
	return OK
}

// Count is the number of regions.
func (m *Map) Count() int { return m.count }

// At is the i-th region by address, nil if there is none. It may be read until the
// map changes.
func (m *Map) At(i int) *Region {
	if i < 0 || i >= m.count {
		return nil
	}
	return &m.space[i]
}

// Bytes is the size of all regions together.
func (m *Map) Bytes() uint64 {
	n := uint64(0)
	for i := 0; i < m.count; i++ {
		n += m.space[i].Bytes()
	}
	return n
}

// Find gives the region that an address lies in, nil if there is none. It may be
// read until the map changes.
func (m *Map) Find(addr uint64) *Region {
	if i := m.search(addr); i < m.count && m.space[i].Start <= addr {
		return &m.space[i]
	}
	return nil
}

// Insert adds a region whose pages are all free, and joins it with its neighbours.
func (m *Map) Insert(r Region) Error {
	if err := m.check(r.Start, r.End); err != OK {
		return err
	}
	if err := r.fits(); err != OK {
		return err
	}
	i := m.search(r.Start)
	if i < m.count && m.space[i].Start < r.End {
		return ErrOverlap
	}
	need := 1
	if i > 0 && m.space[i-1].Prot == r.Prot && joins(&m.space[i-1], &r) {
		need--
	}
	if i < m.count && m.space[i].Prot == r.Prot && joins(&r, &m.space[i]) {
		need--
	}
	if !m.room(need) {
		return ErrNoRoom
	}
	m.open(i)
	m.space[i] = r
	m.join(i, i+1)
	return OK
}

// Remove takes every page of a range out. Pages that are not mapped are passed over.
func (m *Map) Remove(start, end uint64) Error {
	if err := m.check(start, end); err != OK {
		return err
	}
	if r := m.Find(start); r != nil && r.Start < start && r.End > end && !m.room(1) {
		return ErrNoRoom // it leaves two where one was
	}
	m.split(start)
	m.split(end)
	i := m.search(start)
	j := m.search(end)
	copy(m.space[i:], m.space[j:m.count])
	m.count -= j - i
	return OK
}

// Protect gives every page of a range, all of which must be mapped, other rights.
func (m *Map) Protect(start, end uint64, prot Prot) Error {
	if err := m.check(start, end); err != OK {
		return err
	}
	if err := rights(prot); err != OK {
		return err
	}
	if !m.mapped(start, end) {
		return ErrNotMapped
	}
	if !m.room(m.growth(start, end, prot)) {
		return ErrNoRoom
	}
	m.split(start)
	m.split(end)
	i := m.search(start)
	j := m.search(end)
	for k := i; k < j; k++ {
		m.space[k].Prot = prot
	}
	m.join(i, j)
	return OK
}

// Gap looks for size bytes of free addresses: the first that are not below hint, and
// if there are none the lowest of all. Size must be a multiple of 4 KiB; hint is
// rounded up to one.
func (m *Map) Gap(size, hint uint64) (addr uint64, ok bool) {
	if size == 0 || size%pageBytes != 0 {
		return 0, false
	}
	if hint > m.lo && hint < m.hi { // hi is on a page: rounding ends there at most
		if addr, ok = m.fit(size, (hint+pageBytes-1)&^(pageBytes-1)); ok {
			return addr, true
		}
	}
	return m.fit(size, m.lo)
}

// fit finds the first free range from an address between the limits on.
func (m *Map) fit(size, from uint64) (uint64, bool) {
	at := from
	for i := m.search(from); i < m.count; i++ {
		if r := &m.space[i]; r.Start > at && r.Start-at >= size {
			return at, true
		}
		at = m.space[i].End
	}
	if m.hi-at >= size {
		return at, true
	}
	return 0, false
}

// check looks at the range of a request.
func (m *Map) check(start, end uint64) Error {
	switch {
	case start >= end:
		return ErrEmpty
	case start%pageBytes != 0 || end%pageBytes != 0:
		return ErrMisaligned
	case start < m.lo || end > m.hi:
		return ErrLimits
	}
	return OK
}

// room says whether the map may hold so many regions more; need may be below 0.
func (m *Map) room(need int) bool { return m.count+need <= len(m.space)-Spare }

// mapped says whether every page of a range is.
func (m *Map) mapped(start, end uint64) bool {
	for i := m.search(start); i < m.count && m.space[i].Start <= start; i++ {
		if start = m.space[i].End; start >= end {
			return true
		}
	}
	return false
}

// growth is how many regions more there will be, all joined, when a range that is
// mapped has these rights; it may be below 0.
func (m *Map) growth(start, end uint64, prot Prot) int {
	n := 0
	for k := m.search(start); k < m.count && m.space[k].Start < end; k++ {
		r := &m.space[k]
		if r.Prot == prot {
			continue
		}
		if r.Start < start {
			n++
		}
		if r.End > end {
			n++
		}
	}
	// A border between two regions goes if they differed in their rights alone.
	for k := max(m.search(start), 1); k < m.count && m.space[k].Start <= end; k++ {
		border, left, right := m.space[k].Start, m.space[k-1].Prot, m.space[k].Prot
		if border < start {
			continue
		}
		if border > start {
			left = prot
		}
		if border < end {
			right = prot
		}
		if left == right && joins(&m.space[k-1], &m.space[k]) {
			n--
		}
	}
	return n
}

// search is the index of the first region that ends past an address.
func (m *Map) search(addr uint64) int {
	lo, hi := 0, m.count
	for lo < hi {
		if mid := int(uint(lo+hi) / 2); m.space[mid].End > addr {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// open makes an entry before the i-th. There is room.
func (m *Map) open(i int) {
	copy(m.space[i+1:m.count+1], m.space[i:m.count])
	m.count++
}

// split makes two of the region in which an address lies, unless it begins there.
// There is room.
func (m *Map) split(at uint64) {
	i := m.search(at)
	if i == m.count || m.space[i].Start >= at {
		return
	}
	m.open(i)
	left, right := &m.space[i], &m.space[i+1]
	left.End = at
	right.Start = at
	if right.Kind != Anonymous {
		right.Offset += left.Bytes()
	}
}

// join makes one of neighbours that are alike, from the border before the region
// first to that before the region last.
func (m *Map) join(first, last int) {
	to := max(first-1, 0) // the region that grows
	from := to + 1
	for ; from < m.count && from <= last; from++ {
		if a, b := &m.space[to], &m.space[from]; a.Prot == b.Prot && joins(a, b) {
			a.End = b.End
		} else {
			to++
			m.space[to] = *b
		}
	}
	if to+1 == from {
		return
	}
	copy(m.space[to+1:], m.space[from:m.count])
	m.count -= from - to - 1
}
