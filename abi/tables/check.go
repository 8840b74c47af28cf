package tables

import (
	"errors"
	"fmt"

	"pxos/abi"
)

// maxProblems bounds what Check lists.
const maxProblems = 16

// checker holds the tables against each other.
type checker struct {
	t        *Tables
	problems []error
	bySlot   map[int]*Capability
	owners   map[Object]*Capability // the capability of an object's owner
	on       map[Object]int         // capabilities of an object
	held     map[Handle]uint32
	derived  map[int]uint32
	owned    map[Handle]uint32
	pages    map[Handle]uint32
	children map[Handle]uint32
}

// Check says what in the tables cannot be true together: an object with two owners,
// more lent than owned, counts that differ from what they count. nil is what a GPU
// that works always shows.
func (t *Tables) Check() error {
	c := &checker{t: t, bySlot: map[int]*Capability{}, owners: map[Object]*Capability{}, on: map[Object]int{}, held: map[Handle]uint32{},
		derived: map[int]uint32{}, owned: map[Handle]uint32{}, pages: map[Handle]uint32{}, children: map[Handle]uint32{}}
	c.count()
	c.capabilities()
	c.extents()
	c.devices()
	c.processes()
	taken := uint32(0)
	for _, a := range t.Allocations {
		taken += uint32(a.Pages)
	}
	c.that(taken+t.State.PagesFree == t.State.Pages, "VRAM: %d pages are taken and %d free of %d", taken, t.State.PagesFree, t.State.Pages)
	c.that(t.State.Posted-t.State.Acknowledged <= abi.MaxRevocations, "revocations: %d are open", t.State.Posted-t.State.Acknowledged)
	return errors.Join(c.problems...)
}

func (c *checker) that(ok bool, format string, args ...any) {
	if !ok && len(c.problems) < maxProblems {
		c.problems = append(c.problems, fmt.Errorf(format, args...))
	}
}

func (c *checker) count() {
	for i := range c.t.Capabilities {
		x := &c.t.Capabilities[i]
		c.bySlot[x.Slot] = x
		c.on[x.Object]++
		c.held[x.Holder]++
		if x.Parent >= 0 {
			c.derived[x.Parent]++
			continue
		}
		c.that(c.owners[x.Object] == nil, "%s has two owners", x.Object)
		c.owners[x.Object] = x
	}
	for _, e := range c.t.Extents {
		if e.Owned() {
			c.owned[e.Owner]++
		}
	}
	for _, a := range c.t.Allocations {
		c.pages[a.Owner] += uint32(a.Pages)
	}
	for _, p := range c.t.Processes {
		if p.Handle != Kernel {
			c.children[p.Parent]++
		}
	}
}

func (c *checker) capabilities() {
	for i := range c.t.Capabilities {
		x := &c.t.Capabilities[i]
		p := c.t.Process(x.Holder)
		c.that(p != nil, "capability %d is held by %s, which is no process", x.Slot, x.Holder)
		c.that(p == nil || p.State == abi.ProcessLive || x.State == abi.CapabilityRevoking, "capability %d lives, and its holder %s is ending", x.Slot, x.Holder)
		c.that(x.Derived == c.derived[x.Slot], "capability %d counts %d that were derived from it, there are %d", x.Slot, x.Derived, c.derived[x.Slot])
		if x.Parent < 0 {
			continue
		}
		parent := c.bySlot[x.Parent]
		c.that(parent != nil && parent.Parent < 0 && parent.Object == x.Object && parent.Rights.Has(x.Rights&^abi.RightGrant) && x.Rights&abi.RightGrant == 0,
			"capability %d is not what can be derived from capability %d", x.Slot, x.Parent)
	}
}

func (c *checker) extents() {
	for _, e := range c.t.Extents {
		o := Object{abi.ObjectExtent, e.Number}
		owner := c.owners[o]
		c.that(int(e.Capabilities) == c.on[o], "extent %d counts %d capabilities, there are %d", e.Number, e.Capabilities, c.on[o])
		if !e.Owned() {
			c.that(owner == nil, "extent %d is %s, and capability %d owns it", e.Number, e.State, slotOf(owner))
			continue
		}
		c.that(owner != nil && owner.Holder == e.Owner && owner.Rights == e.Rights, "extent %d is %s's, and no capability says so", e.Number, e.Owner)
		c.that(owner == nil || (owner.State == abi.CapabilityRevoking) == (e.State == abi.ExtentRevoking),
			"extent %d is %s, its owner's capability %d is %s", e.Number, e.State, slotOf(owner), stateOf(owner))
	}
	for o := range c.on {
		c.that(o.Kind != abi.ObjectExtent || c.t.Extent(o.Index) != nil, "capabilities name extent %d, which does not exist", o.Index)
		c.that(o.Kind != abi.ObjectDevice || o.Index < len(c.t.Devices), "capabilities name device %d, which does not exist", o.Index)
	}
}

func slotOf(c *Capability) int {
	if c == nil {
		return -1
	}
	return c.Slot
}

func stateOf(c *Capability) CapabilityState {
	if c == nil {
		return abi.CapabilityFree
	}
	return c.State
}

func (c *checker) devices() {
	for i, d := range c.t.Devices {
		owner := c.owners[Object{abi.ObjectDevice, d.Row}]
		c.that((d.State == abi.DeviceClaimed) == (owner != nil), "device %d is %s, and its owner's capability is %d", d.Row, d.State, slotOf(owner))
		c.that(owner == nil || owner.Holder == d.Owner, "device %d is %s's, its capability %s's", d.Row, d.Owner, holderOf(owner))
		for _, other := range c.t.Devices[:i] {
			c.that(d.Base >= other.Base+other.Bytes || other.Base >= d.Base+d.Bytes, "devices %d and %d overlap", other.Row, d.Row)
		}
		for e := d.Base / abi.ExtentBytes; e <= (d.Base+d.Bytes-1)/abi.ExtentBytes && e < abi.MaxExtents; e++ {
			c.that(c.t.Extent(int(e)) == nil, "device %d lies in extent %d, which is RAM", d.Row, e)
		}
	}
}

func holderOf(c *Capability) Handle {
	if c == nil {
		return Kernel
	}
	return c.Holder
}

func (c *checker) processes() {
	for _, p := range c.t.Processes {
		c.that(p.Capabilities == c.held[p.Handle], "%s counts %d capabilities, it holds %d", p.Handle, p.Capabilities, c.held[p.Handle])
		c.that(p.Extents == c.owned[p.Handle] && p.Extents <= p.ExtentQuota, "%s counts %d extents, it owns %d, its quota is %d", p.Handle, p.Extents, c.owned[p.Handle], p.ExtentQuota)
		c.that(p.Pages == c.pages[p.Handle] && p.Pages <= p.PageQuota, "%s counts %d VRAM pages, it owns %d, its quota is %d", p.Handle, p.Pages, c.pages[p.Handle], p.PageQuota)
		c.that(p.Children == c.children[p.Handle], "%s counts %d children, it has %d", p.Handle, p.Children, c.children[p.Handle])
		parent := c.t.Process(p.Parent)
		c.that(p.Handle == Kernel || parent != nil && parent.State == abi.ProcessLive, "%s is the child of %s, which does not live", p.Handle, p.Parent)
		delete(c.pages, p.Handle)
		delete(c.owned, p.Handle)
	}
	for h := range c.pages {
		c.that(false, "VRAM belongs to %s, which is no process", h)
	}
	for h := range c.owned {
		c.that(false, "extents belong to %s, which is no process", h)
	}
}
