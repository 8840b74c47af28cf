// The authority: extents, capabilities, devices, processes, revocation. The rules
// are those of docs/authority.md; a call that fails changes nothing.

struct Extent { state: u32, owner: u32, generation: u32, references: u32 } // state 7:0, rights 15:8

struct Capability {
    state: u32, generation: u32,
    what: u32, // kind 7:0, rights 15:8
    holder: u32, object: u32,
    parent: u32, // slot plus 1; 0: the owner's
    revocation: u32, derived: u32,
}

struct Process {
    state: u32, generation: u32, parent: u32, revocation: u32,
    extent_quota: u32, extents: u32, page_quota: u32, pages: u32,
    root: vec2u, capabilities: u32, @size(20) children: u32,
}

struct Device { state: u32, what: u32, base: vec2u, bytes: vec2u, owner: u32, generation: u32 }

struct Revocation {
    kind: u32, seq: atomic<u32>, holder: u32, object: u32, base: vec2u, bytes: vec2u, number: vec2u, rest: array<vec2u, 3>,
}

struct Pending { what: u32, object: u32, at: vec2u } // kind 7:0, kind of object 15:8

fn reset() {
    for (var i = 0u; i < MAX_RINGS; i++) {
        atomicStore(&vram.rings[i].sleep, select(0u, 1u, i < vram.state.rings));
        atomicStore(&vram.rings[i].wake, 0u);
        for (var k = 0u; k < RING_ENTRIES; k++) {
            vram.rings[i].submissions[k].command = 0u;
            atomicStore(&vram.rings[i].submissions[k].seq, 0u);
            vram.rings[i].submissions[k].cookie = 0u;
            vram.rings[i].submissions[k].latency = 0u;
            vram.rings[i].submissions[k].args = array<vec2u, SQE_ARG_NUM>();
            vram.rings[i].completions[k].cookie = 0u;
            atomicStore(&vram.rings[i].completions[k].seq, 0u);
            vram.rings[i].completions[k].status = 0u;
            vram.rings[i].completions[k].revoked = 0u;
            vram.rings[i].completions[k].result = vec4u();
            vram.rings[i].completions[k].rest = array<vec4u, 2>();
        }
    }
    for (var k = 0u; k < RING_ENTRIES; k++) {
        vram.revocations[k].kind = 0u;
        atomicStore(&vram.revocations[k].seq, 0u);
        vram.revocations[k].holder = 0u;
        vram.revocations[k].object = 0u;
        vram.revocations[k].base = vec2u();
        vram.revocations[k].bytes = vec2u();
        vram.revocations[k].number = vec2u();
        vram.revocations[k].rest = array<vec2u, 3>();
    }
    var state = State();
    state.rings = vram.state.rings;
    state.epoch = vram.state.epoch + 1u;
    state.status = STATUS_READY;
    state.pages = arrayLength(&vram.words) / (VRAM_PAGE_BYTES / 4u);
    state.pages_free = state.pages;
    vram.state = state;
    vram.perf = Perf();
    reset_tables();
}

fn reset_tables() {
    for (var i = 0u; i < MAX_RINGS; i++) { vram.jobs[i] = Job(); }
    for (var i = 0u; i < CONSOLE_BYTES / 4u; i++) { vram.console[i] = 0u; }
    for (var i = 0u; i < INPUT_BYTES / 4u; i++) { vram.input[i] = 0u; }
    for (var i = 0u; i < MAX_EXTENTS; i++) {
        vram.extents[i] = Extent(select(EXTENT_ABSENT, EXTENT_FREE, ((host.ram[i / 32u] >> (i % 32u)) & 1u) != 0u), 0u, 0u, 0u);
    }
    for (var i = 0u; i < MAX_CAPABILITIES; i++) { vram.capabilities[i] = Capability(); }
    for (var i = 0u; i < MAX_PROCESSES; i++) { vram.processes[i] = Process(); }
    for (var i = 0u; i < MAX_DEVICES; i++) { vram.devices[i] = Device(); }
    for (var i = 0u; i < MAX_PROGRAMS; i++) {
        vram.programs[i] = Program();
        if (i <= PROGRAM_KERNELS) { vram.programs[i] = Program(PROGRAM_BUILTIN, 0u, 0u, PROGRAM_HASHES[i]); }
    }
    for (var i = 0u; i < MAX_VRAM_PAGES; i++) { vram.pages[i] = Page(); }
    for (var i = 0u; i < MAX_REVOCATIONS; i++) { vram.pending[i] = Pending(); }
    vram.processes[KERNEL_PROCESS].state = PROCESS_LIVE;
    vram.processes[KERNEL_PROCESS].extent_quota = 0xffffffffu;
    vram.processes[KERNEL_PROCESS].page_quota = 0xffffffffu;
    if (vram.extents[FIRMWARE_EXTENT].state == EXTENT_FREE && vram.extents[BOOT_EXTENT].state == EXTENT_FREE) {
        for (var i = 0u; i < 2u; i++) {
            let rights = select(RIGHT_READ, RIGHT_READ | RIGHT_WRITE | RIGHT_EXEC, i == 0u);
            own(i, KERNEL_PROCESS, select(FIRMWARE_EXTENT, BOOT_EXTENT, i == 0u), rights);
        }
    }
}

// lives says whether a handle names a process that lives.
fn lives(handle: vec2u) -> bool {
    if (handle.y != 0u || handle.x > 0xffffu) { return false; }
    let i = handle.x & 0xffu;
    return vram.processes[i].state == PROCESS_LIVE && vram.processes[i].generation == (handle.x >> 8u);
}

// new_slot is the lowest free slot, MAX_CAPABILITIES where there is none.
fn new_slot() -> u32 {
    for (var i = vram.state.slot_hint; i < MAX_CAPABILITIES; i++) {
        if (vram.capabilities[i].state == CAPABILITY_FREE) { return i; }
    }
    return MAX_CAPABILITIES;
}

// grant fills a free slot, and gives the capability's number.
fn grant(slot: u32, what: u32, holder: u32, object: u32, parent: u32) -> vec2u {
    let generation = vram.capabilities[slot].generation + 1u;
    vram.capabilities[slot] = Capability(CAPABILITY_LIVE, generation, what, holder, object, parent, 0u, 0u);
    vram.state.slot_hint = slot + 1u;
    vram.processes[holder & 0xffu].capabilities++;
    if ((what & 0xffu) == OBJECT_EXTENT) { vram.extents[object].references++; }
    return vec2u(slot, generation);
}

// own makes a process the owner of a free extent.
fn own(slot: u32, process: u32, index: u32, rights: u32) -> vec2u {
    let e = vram.extents[index];
    vram.extents[index] = Extent(EXTENT_OWNED | (rights << 8u), process, e.generation + 1u, e.references);
    vram.processes[process & 0xffu].extents++;
    return grant(slot, OBJECT_EXTENT | (rights << 8u), process, index, 0u);
}

// drop_slot frees a slot, and the object where the capability was its owner's.
fn drop_slot(slot: u32) {
    let c = vram.capabilities[slot];
    let is_extent = (c.what & 0xffu) == OBJECT_EXTENT;
    vram.processes[c.holder & 0xffu].capabilities--;
    if (is_extent) { vram.extents[c.object].references--; }
    if (c.parent != 0u) {
        vram.capabilities[c.parent - 1u].derived--;
    } else if (is_extent) {
        vram.processes[c.holder & 0xffu].extents--;
        vram.extents[c.object] = Extent(EXTENT_FREE, 0u, vram.extents[c.object].generation + 1u, 0u);
        vram.state.extent_hint = min(vram.state.extent_hint, c.object);
    } else {
        vram.devices[c.object].state = DEVICE_FREE;
        vram.devices[c.object].owner = 0u;
        vram.devices[c.object].generation++;
    }
    vram.capabilities[slot] = Capability();
    vram.capabilities[slot].generation = c.generation;
    vram.state.slot_hint = min(vram.state.slot_hint, slot);
}

// found says whether a number is that of a live capability, of any holder.
fn found(number: vec2u) -> bool {
    return number.x < MAX_CAPABILITIES && vram.capabilities[number.x].state == CAPABILITY_LIVE
        && vram.capabilities[number.x].generation == number.y;
}

fn held(process: u32, number: vec2u) -> bool { return found(number) && vram.capabilities[number.x].holder == process; }

// are_rights checks rights that may be asked for.
fn are_rights(rights: vec2u, allowed: u32) -> bool {
    return rights.y == 0u && (rights.x & ~allowed) == 0u && (rights.x & RIGHT_READ) != 0u;
}

fn request_extent(r: Request) -> Result {
    let address = r.a1;
    if (!are_rights(r.a2, RIGHTS_ALL)) { return fail(ERR_ARGUMENT); }
    let anywhere = address.x == 0xffffffffu && address.y == 0xffffffffu;
    var index = (address.y << 11u) | (address.x >> 21u);
    if (!anywhere) {
        if (address.x % EXTENT_BYTES != 0u || address.y >= (MAX_EXTENTS >> 11u)) { return fail(ERR_ARGUMENT); }
        let state = vram.extents[index].state & 0xffu;
        if (state == EXTENT_ABSENT) { return fail(ERR_NOT_FOUND); }
        if (state != EXTENT_FREE) { return fail(ERR_OWNED); }
    }
    let caller = r.process & 0xffu;
    if (vram.processes[caller].extents >= vram.processes[caller].extent_quota) { return fail(ERR_QUOTA); }
    if (anywhere) {
        index = vram.state.extent_hint;
        while (index < MAX_EXTENTS && vram.extents[index].state != EXTENT_FREE) { index++; }
        if (index >= MAX_EXTENTS) { return fail(ERR_NO_MEMORY); }
    }
    let slot = new_slot();
    if (slot == MAX_CAPABILITIES) { return fail(ERR_NO_MEMORY); }
    if (anywhere) { vram.state.extent_hint = index + 1u; }
    return both(own(slot, r.process, index, r.a2.x), extent_base(index));
}

fn extent_base(index: u32) -> vec2u { return vec2u(index << 21u, index >> 11u); }

fn give_back(r: Request) -> Result {
    if (!held(r.process, r.a1)) { return fail(ERR_CAPABILITY); }
    if (vram.capabilities[r.a1.x].derived != 0u) { return fail(ERR_BUSY); }
    drop_slot(r.a1.x);
    return done(0u);
}

fn derive(r: Request) -> Result {
    let to = r.a2;
    let rights = r.a3;
    if (!are_rights(rights, RIGHTS_ALL & ~RIGHT_GRANT)) { return fail(ERR_ARGUMENT); }
    if (!held(r.process, r.a1)) { return fail(ERR_CAPABILITY); }
    let slot = r.a1.x;
    let c = vram.capabilities[slot];
    if (c.parent != 0u || (c.what & (RIGHT_GRANT << 8u)) == 0u || (rights.x & ~(c.what >> 8u)) != 0u) { return fail(ERR_RIGHTS); }
    if (!lives(to)) { return fail(ERR_NOT_FOUND); }
    if (to.x == r.process) { return fail(ERR_ARGUMENT); }
    let free = new_slot();
    if (free == MAX_CAPABILITIES) { return fail(ERR_NO_MEMORY); }
    vram.capabilities[slot].derived++;
    return both(grant(free, (c.what & 0xffu) | (rights.x << 8u), to.x, c.object, slot + 1u), vec2u());
}

fn query(r: Request) -> Result {
    if (!held(r.process, r.a1)) { return fail(ERR_CAPABILITY); }
    let c = vram.capabilities[r.a1.x];
    let kind = c.what & 0xffu;
    if (kind == OBJECT_EXTENT) { return both(extent_base(c.object), vec2u((kind << 8u) | (c.what >> 8u), 0u)); }
    return both(vram.devices[c.object].base, vec2u((kind << 8u) | (c.what >> 8u), 0u));
}

fn add_device(r: Request) -> Result {
    let base = r.a1;
    let bytes = r.a2;
    let what = r.a3;
    let limit = vec2u(0u, 1u << 20u); // 2^52, the end of physical addresses
    if (r.process != KERNEL_PROCESS) { return fail(ERR_RIGHTS); }
    if (vram.state.sealed != 0u) { return fail(ERR_SEALED); }
    if (base.x % VRAM_PAGE_BYTES != 0u || bytes.x % VRAM_PAGE_BYTES != 0u || (bytes.x | bytes.y) == 0u || !less(base, limit)
        || less(sub(limit, base), bytes) || what.y != 0u || (what.x >> 24u) > DEVICE_FLAGS) { return fail(ERR_ARGUMENT); }
    let end = add(base, bytes);
    let last = sub(end, vec2u(1u, 0u));
    if (base.y < (MAX_EXTENTS >> 11u)) {
        let beyond = select((last.y << 11u) | (last.x >> 21u), MAX_EXTENTS - 1u, last.y >= (MAX_EXTENTS >> 11u));
        for (var e = (base.y << 11u) | (base.x >> 21u); e <= beyond; e++) {
            if (vram.extents[e].state != EXTENT_ABSENT) { return fail(ERR_OWNED); }
        }
    }
    var row = 0u;
    for (; row < MAX_DEVICES && vram.devices[row].state != DEVICE_NONE; row++) {
        if (less(base, add(vram.devices[row].base, vram.devices[row].bytes)) && less(vram.devices[row].base, end)) { return fail(ERR_OWNED); }
    }
    if (row == MAX_DEVICES) { return fail(ERR_NO_MEMORY); }
    vram.devices[row] = Device(DEVICE_FREE, what.x, base, bytes, 0u, 0u);
    return done(row);
}

fn claim_device(r: Request) -> Result {
    let row = r.a1.x;
    if (r.process != KERNEL_PROCESS) { return fail(ERR_RIGHTS); }
    if (!are_rights(r.a2, RIGHTS_ALL & ~RIGHT_EXEC)) { return fail(ERR_ARGUMENT); }
    if (r.a1.y != 0u || row >= MAX_DEVICES) { return fail(ERR_NOT_FOUND); }
    if (vram.devices[row].state == DEVICE_NONE) { return fail(ERR_NOT_FOUND); }
    if (vram.devices[row].state != DEVICE_FREE) { return fail(ERR_OWNED); }
    let slot = new_slot();
    if (slot == MAX_CAPABILITIES) { return fail(ERR_NO_MEMORY); }
    vram.devices[row].state = DEVICE_CLAIMED;
    vram.devices[row].owner = r.process;
    vram.devices[row].generation++;
    return both(grant(slot, OBJECT_DEVICE | (r.a2.x << 8u), r.process, row, 0u), vram.devices[row].base);
}

fn seal(r: Request) -> Result {
    if (r.process != KERNEL_PROCESS) { return fail(ERR_RIGHTS); }
    if (vram.state.sealed != 0u) { return fail(ERR_SEALED); }
    vram.state.sealed = 1u;
    return done(0u);
}

// root_allowed checks a root of page tables: a page of an extent of the kernel's.
fn root_allowed(root: vec2u) -> u32 {
    if (root.x % VRAM_PAGE_BYTES != 0u || root.y >= (MAX_EXTENTS >> 11u)) { return ERR_ARGUMENT; }
    let e = vram.extents[(root.y << 11u) | (root.x >> 21u)];
    if ((e.state & 0xffu) != EXTENT_OWNED || e.owner != KERNEL_PROCESS) { return ERR_OWNER; }
    return ERR_NONE;
}
