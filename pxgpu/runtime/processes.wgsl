// The authority, second part: processes, revocation, and the table of calls.

fn create_process(r: Request) -> Result {
    let extents = r.a1;
    let pages = r.a2;
    let root = r.a3;
    let parent = r.process & 0xffu;
    if (extents.y != 0u || extents.x > vram.processes[parent].extent_quota || pages.y != 0u
        || pages.x > vram.processes[parent].page_quota) { return fail(ERR_QUOTA); }
    if ((root.x | root.y) != 0u) {
        if (r.process != KERNEL_PROCESS) { return fail(ERR_RIGHTS); }
        let code = root_allowed(root);
        if (code != ERR_NONE) { return fail(code); }
    }
    for (var i = 1u; i < MAX_PROCESSES; i++) {
        if (vram.processes[i].state != PROCESS_FREE) { continue; }
        let generation = (vram.processes[i].generation + 1u) & 0xffu;
        vram.processes[i] = Process(PROCESS_LIVE, generation, r.process, 0u, extents.x, 0u, pages.x, 0u, root, 0u, 0u);
        vram.processes[parent].children++;
        return done((generation << 8u) | i);
    }
    return fail(ERR_NO_MEMORY);
}

fn set_root(r: Request) -> Result {
    if (r.process != KERNEL_PROCESS) { return fail(ERR_RIGHTS); }
    if (!lives(r.a1)) { return fail(ERR_NOT_FOUND); }
    let code = root_allowed(r.a2);
    if (code != ERR_NONE) { return fail(code); }
    vram.processes[r.a1.x & 0xffu].root = r.a2;
    return done(0u);
}

fn is_full() -> bool { return vram.state.posted - vram.state.acked == MAX_REVOCATIONS; }

fn end_process(r: Request) -> Result {
    let handle = r.a1.x;
    if (!lives(r.a1)) { return fail(ERR_NOT_FOUND); }
    let index = handle & 0xffu;
    if (handle == KERNEL_PROCESS || vram.processes[index].parent != r.process) { return fail(ERR_RIGHTS); }
    if (vram.processes[index].children != 0u || lends(handle) || job_of(handle) || is_full()) { return fail(ERR_BUSY); }
    let number = vram.state.posted + 1u;
    vram.processes[index].state = PROCESS_ENDING;
    vram.processes[index].revocation = number;
    for (var i = 0u; i < MAX_CAPABILITIES; i++) {
        let c = vram.capabilities[i];
        if (c.state != CAPABILITY_LIVE || c.holder != handle) { continue; }
        vram.capabilities[i].state = CAPABILITY_REVOKING;
        vram.capabilities[i].revocation = number;
        if ((c.what & 0xffu) == OBJECT_EXTENT && c.parent == 0u) {
            vram.extents[c.object].state = (vram.extents[c.object].state & 0xff00u) | EXTENT_REVOKING;
        }
    }
    return post(REVOKE_PROCESS, index, handle);
}

// lends says whether others hold what a process gave them.
fn lends(handle: u32) -> bool {
    for (var i = 0u; i < MAX_CAPABILITIES; i++) {
        if (vram.capabilities[i].state != CAPABILITY_FREE && vram.capabilities[i].holder == handle && vram.capabilities[i].derived != 0u) { return true; }
    }
    return false;
}

fn job_of(process: u32) -> bool {
    for (var i = 0u; i < vram.state.rings; i++) {
        if (vram.jobs[i].state != JOB_IDLE && vram.jobs[i].process == process) { return true; }
    }
    return false;
}

fn revoke(r: Request) -> Result {
    if (!found(r.a1)) { return fail(ERR_CAPABILITY); }
    let slot = r.a1.x;
    let c = vram.capabilities[slot];
    if (c.parent == 0u) { return fail(ERR_ARGUMENT); }
    let lender = vram.capabilities[c.parent - 1u].holder;
    if (lender != r.process && (lender == KERNEL_PROCESS || vram.processes[lender & 0xffu].parent != r.process)) { return fail(ERR_RIGHTS); }
    if (is_full()) { return fail(ERR_BUSY); }
    vram.capabilities[slot].state = CAPABILITY_REVOKING;
    vram.capabilities[slot].revocation = vram.state.posted + 1u;
    return post(REVOKE_CAPABILITY, slot, c.holder);
}

// post writes an entry into the ring back from the GPU, its number last.
fn post(kind: u32, object: u32, holder: u32) -> Result {
    var base = vec2u();
    var bytes = vec2u();
    var number = vec2u();
    var object_kind = 0u;
    if (kind == REVOKE_CAPABILITY) {
        let c = vram.capabilities[object];
        object_kind = c.what & 0xffu;
        number = vec2u(object, c.generation);
        if (object_kind == OBJECT_EXTENT) {
            base = extent_base(c.object);
            bytes = vec2u(EXTENT_BYTES, 0u);
        } else {
            base = vram.devices[c.object].base;
            bytes = vram.devices[c.object].bytes;
        }
    }
    let k = vram.state.posted % RING_ENTRIES;
    vram.pending[vram.state.posted % MAX_REVOCATIONS] = Pending(kind | (object_kind << 8u), object, vram.state.now);
    vram.state.posted++;
    vram.revocations[k].kind = kind;
    vram.revocations[k].holder = holder;
    vram.revocations[k].object = object_kind;
    vram.revocations[k].base = base;
    vram.revocations[k].bytes = bytes;
    vram.revocations[k].number = number;
    atomicStore(&vram.revocations[k].seq, vram.state.posted);
    return done(vram.state.posted);
}

// acknowledge frees what a revocation took, now that no processor reaches it.
fn acknowledge(r: Request) -> Result {
    if (r.process != KERNEL_PROCESS) { return fail(ERR_RIGHTS); }
    if (vram.state.posted == vram.state.acked || r.a1.y != 0u || r.a1.x != vram.state.acked + 1u) { return fail(ERR_ARGUMENT); }
    let p = vram.pending[vram.state.acked % MAX_REVOCATIONS];
    vram.state.acked++;
    let is_process = (p.what & 0xffu) == REVOKE_PROCESS;
    let handle = (vram.processes[p.object & 0xffu].generation << 8u) | p.object;
    let first = select(p.object, 0u, is_process);
    let end = select(p.object + 1u, MAX_CAPABILITIES, is_process);
    for (var i = first; i < end; i++) {
        if (!is_process || (vram.capabilities[i].state != CAPABILITY_FREE && vram.capabilities[i].holder == handle)) { drop_slot(i); }
    }
    if (is_process) { bury(p.object, handle); }
    return done(0u);
}

// bury frees what an ended process had besides capabilities.
fn bury(index: u32, handle: u32) {
    for (var i = 0u; i < vram.state.pages; i++) {
        if (vram.pages[i].length != 0u && vram.pages[i].owner == handle + 1u) { free_pages(i); }
    }
    for (var i = PROGRAM_USER; i < MAX_PROGRAMS; i++) {
        if (vram.programs[i].state == PROGRAM_READY && vram.programs[i].owner == handle) { vram.programs[i] = Program(); }
    }
    vram.processes[vram.processes[index].parent & 0xffu].children--;
    let generation = vram.processes[index].generation;
    vram.processes[index] = Process();
    vram.processes[index].generation = generation;
}

fn any_job() -> bool {
    for (var i = 0u; i < vram.state.rings; i++) {
        if (vram.jobs[i].state == JOB_POSTED) { return true; }
    }
    return false;
}

// tick ends a guest that let a revocation wait for longer than the bound. While a
// kernel runs, the acknowledgement may be waiting behind it.
fn tick() {
    if (vram.state.halted != 0u || vram.state.posted == vram.state.acked) { return; }
    let waited = sub(vram.state.now, vram.pending[vram.state.acked % MAX_REVOCATIONS].at);
    let bound = vec2u(REVOKE_BOUND, 0u);
    if (!less(vec2u(REVOKE_BOUND_MOST, 0u), waited)
        && (!less(bound, waited) || any_job() || !less(bound, sub(vram.state.now, vram.state.job_end)))) { return; }
    vram.state.ended = ENDED_REVOCATION;
    vram.state.halted = 1u;
    register_error(ERR_HALTED);
}

fn syscall(r: Request) -> Result {
    let n = r.a0.x;
    if (r.a0.y != 0u || !is_call(n)) { return fail(ERR_NO_SYSCALL); }
    vram.perf.calls[n]++;
    switch n {
        case CALL_VERSION: { return done(MAILBOX_VERSION); }
        case CALL_COMMANDS: { return both(vram.state.commands, vec2u()); }
        case CALL_TIME: { return both(vram.state.now, vec2u()); }
        case CALL_EXTENT: { return request_extent(r); }
        case CALL_RETURN: { return give_back(r); }
        case CALL_DERIVE: { return derive(r); }
        case CALL_REVOKE: { return revoke(r); }
        case CALL_REVOKE_ACK: { return acknowledge(r); }
        case CALL_QUERY: { return query(r); }
        case CALL_DEVICE_ADD: { return add_device(r); }
        case CALL_DEVICE_CLAIM: { return claim_device(r); }
        case CALL_SEAL: { return seal(r); }
        case CALL_PROCESS_CREATE: { return create_process(r); }
        case CALL_PROCESS_END: { return end_process(r); }
        case CALL_PROCESS_ROOT: { return set_root(r); }
        case CALL_PROGRAM_ADD: { return add_program(r); }
        default: { return drop_program(r); }
    }
}

fn is_call(n: u32) -> bool {
    return n <= CALL_TIME || (n >= CALL_EXTENT && n <= CALL_QUERY) || (n >= CALL_DEVICE_ADD && n <= CALL_SEAL)
        || (n >= CALL_PROCESS_CREATE && n <= CALL_PROCESS_ROOT) || n == CALL_PROGRAM_ADD || n == CALL_PROGRAM_DROP;
}
