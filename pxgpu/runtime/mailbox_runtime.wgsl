// The mailbox of the pxGPU. The constants in capitals are those of abi/mailbox.go.
// One invocation does the work of one request; the order of checks is part of the
// contract: halted, opcode, reserved bits, arguments.

struct Ring { sq_head: u32, cq_tail: u32, cq_seen: u32, broken: u32 }

struct State {
    // The host writes the request and reads the answer.
    request: u32, first: u32, second: u32, answer: u32,
    status: u32, resp: u32, halted: u32, rings: u32,
    completed: vec2u, failed: vec2u, // 64 bits, the low word first
    pages: u32, pages_free: u32, input_head: u32, input_tail: u32,
    // Characters run free; the host drains the console up to its tail.
    console_tail: u32, console_head: u32,
    ring: array<Ring, MAX_RINGS>,
    length: array<u32, MAX_PAGES>, // of the allocation that begins at a page, 0 where none begins
    taken: array<u32, (MAX_PAGES + 31u) / 32u>,
    input: array<u32, INPUT_BYTES / 4u>,
    console: array<u32, CONSOLE_BYTES / 4u>,
}

@group(0) @binding(0) var<storage, read_write> vram: array<atomic<u32>>;
@group(0) @binding(1) var<storage, read_write> state: State;

struct Request { opcode: u32, args: array<vec2u, SQE_ARG_NUM>, by_register: bool, invalid: bool }
struct Result { status: u32, value: vec2u }

fn load(offset: u32) -> u32 { return atomicLoad(&vram[offset / 4u]); }
fn store(offset: u32, value: u32) { atomicStore(&vram[offset / 4u], value); }
fn vram_bytes() -> u32 { return arrayLength(&vram) * 4u; }

fn fail(code: u32) -> Result { return Result(code, vec2u()); }
fn done(value: u32) -> Result { return Result(ERR_NONE, vec2u(value, 0u)); }

fn plus_one(v: vec2u) -> vec2u { return vec2u(v.x + 1u, v.y + select(0u, 1u, v.x == 0xffffffffu)); }
fn is_number(v: vec2u, n: u32) -> bool { return v.x == n && v.y == 0u; }

fn reset() {
    state.status = STATUS_READY;
    state.resp = 0u;
    state.halted = 0u;
    state.completed = vec2u();
    state.failed = vec2u();
    state.pages = (vram_bytes() - VRAM_ALLOC_BASE) / VRAM_PAGE_BYTES;
    state.pages_free = state.pages;
    state.input_head = state.input_tail;
    for (var i = 0u; i < MAX_PAGES; i++) { state.length[i] = 0u; }
    for (var i = 0u; i < (MAX_PAGES + 31u) / 32u; i++) { state.taken[i] = 0u; }
    for (var at = RING_BASE; at < VRAM_ALLOC_BASE; at += 4u) { store(at, 0u); }
    for (var i = 0u; i < MAX_RINGS; i++) {
        state.ring[i] = Ring();
        if (i < state.rings) { store(ring_base(i) + RING_DEVICE_SLEEP, 1u); }
    }
}

fn ring_base(i: u32) -> u32 { return RING_BASE + i * RING_BLOCK_BYTES; }

// ready is the READY bit, which a halted device does not show.
fn ready() -> u32 { return select(STATUS_READY, 0u, state.halted != 0u); }

fn register_error(code: u32) {
    state.status = ready() | STATUS_COMPLETE | STATUS_ERROR;
    state.resp = code;
}

fn read_register(offset: u32) -> u32 {
    switch offset {
        case REG_STATUS: { return state.status; }
        case REG_RESP: { return state.resp; }
        case REG_ID: { return MAILBOX_ID; }
        case REG_VERSION: { return MAILBOX_VERSION; }
        case REG_RINGS: { return state.rings; }
        case REG_VRAMSIZE: { return vram_bytes(); }
        default: { return 0u; }
    }
}

// write_register gives the number of the ring whose bell was rung, plus 1; else 0.
fn write_register(offset: u32, value: u32) -> u32 {
    switch offset {
        case REG_CMD: {
            let r = execute(from_register(value));
            if (r.status != ERR_NONE) {
                register_error(r.status);
            } else {
                state.status = ready() | STATUS_COMPLETE;
                state.resp = r.value.x;
            }
        }
        case REG_RESET: {
            if (value == RESET_KEY) { reset(); }
        }
        case REG_DOORBELL: {
            if (value < state.rings) { return value + 1u; }
            register_error(ERR_ARGUMENT);
        }
        default: {}
    }
    return 0u;
}

// from_register spreads the payload of CMD into arguments.
fn from_register(cmd: u32) -> Request {
    var r = Request();
    r.opcode = cmd >> 24u;
    r.by_register = true;
    let payload = cmd & 0xffffu;
    switch r.opcode {
        case OP_UART_WRITE: {
            r.args[0].x = 1u;
            r.args[1].x = payload;
            r.invalid = payload > 0xffu;
        }
        case OP_MMIO_READ: { r.args[0].x = payload * 4u; }
        case OP_FREE: { r.args[0].x = payload * VRAM_PAGE_BYTES; }
        default: {
            r.args[0].x = payload;
            r.args[1].x = payload;
        }
    }
    return r;
}

fn execute(r: Request) -> Result {
    let result = dispatch(r);
    state.completed = plus_one(state.completed);
    if (result.status != ERR_NONE) { state.failed = plus_one(state.failed); }
    return result;
}

fn dispatch(r: Request) -> Result {
    if (state.halted != 0u) { return fail(ERR_HALTED); }
    if (!is_opcode(r.opcode) || (r.by_register && r.opcode == OP_MMIO_WRITE)) { return fail(ERR_OPCODE); }
    if (r.invalid) { return fail(ERR_ARGUMENT); }
    switch r.opcode {
        case OP_UART_WRITE: { return uart_write(r); }
        case OP_UART_READ: { return uart_read(); }
        case OP_GPU_EXECUTE: { return gpu_execute(r); }
        case OP_MMIO_READ: {
            if (!mapped_word(r.args[0])) { return fail(ERR_ARGUMENT); }
            return done(load(r.args[0].x));
        }
        case OP_MMIO_WRITE: {
            if (!mapped_word(r.args[0]) || r.args[1].y != 0u) { return fail(ERR_ARGUMENT); }
            store(r.args[0].x, r.args[1].x);
            return done(0u);
        }
        case OP_SYSCALL: { return syscall(r); }
        case OP_ALLOC: { return alloc(r); }
        case OP_FREE: { return release(r); }
        default: {
            state.halted = 1u;
            return done(0u);
        }
    }
}

fn is_opcode(op: u32) -> bool { return (op >= OP_UART_WRITE && op <= OP_FREE) || op == OP_HALT; }

// mapped_word says whether an offset is an aligned word of the mapped part.
fn mapped_word(offset: vec2u) -> bool {
    return offset.y == 0u && offset.x % 4u == 0u && offset.x >= REGISTER_PAGE_BYTES && offset.x < vram_bytes();
}

// uart_write sends up to 32 bytes, which lie in the arguments behind the first. A
// console that is not drained loses its oldest text.
fn uart_write(r: Request) -> Result {
    if (r.args[0].y != 0u || r.args[0].x > 32u) { return fail(ERR_ARGUMENT); }
    for (var i = 0u; i < r.args[0].x; i++) {
        put_character((r.args[1u + i / 8u][i / 4u % 2u] >> (i % 4u * 8u)) & 0xffu);
    }
    return Result(ERR_NONE, r.args[0]);
}

fn put_character(c: u32) {
    let at = state.console_tail % CONSOLE_BYTES;
    let shift = at % 4u * 8u;
    state.console[at / 4u] = (state.console[at / 4u] & ~(0xffu << shift)) | (c << shift);
    state.console_tail++;
}

fn uart_read() -> Result {
    if (state.input_head == state.input_tail) { return done(NO_CHARACTER); }
    let at = state.input_head % INPUT_BYTES;
    state.input_head++;
    return done((state.input[at / 4u] >> (at % 4u * 8u)) & 0xffu);
}

fn gpu_execute(r: Request) -> Result {
    if (!is_number(r.args[0], PROGRAM_PING)) { return fail(ERR_NO_PROGRAM); }
    return Result(ERR_NONE, plus_one(r.args[1]));
}

fn syscall(r: Request) -> Result {
    if (is_number(r.args[0], SYSCALL_VERSION)) { return done(MAILBOX_VERSION); }
    if (is_number(r.args[0], SYSCALL_UPTIME)) { return Result(ERR_NONE, state.completed); }
    return fail(ERR_NO_SYSCALL);
}

fn is_taken(page: u32) -> bool { return ((state.taken[page / 32u] >> (page % 32u)) & 1u) != 0u; }
fn mark(page: u32, used: bool) {
    let bit = 1u << (page % 32u);
    state.taken[page / 32u] = select(state.taken[page / 32u] & ~bit, state.taken[page / 32u] | bit, used);
}

// alloc takes neighbouring pages, lowest address first, and clears them.
fn alloc(r: Request) -> Result {
    let n = r.args[0].x;
    if (n == 0u && r.args[0].y == 0u) { return fail(ERR_ARGUMENT); }
    if (r.args[0].y != 0u || n > state.pages_free) { return fail(ERR_NO_MEMORY); }
    var run = 0u;
    for (var i = 0u; i < state.pages; i++) {
        run = select(run + 1u, 0u, is_taken(i));
        if (run == n) { return take(i + 1u - n, n); }
    }
    return fail(ERR_NO_MEMORY);
}

fn take(first: u32, n: u32) -> Result {
    state.length[first] = n;
    state.pages_free -= n;
    for (var i = 0u; i < n; i++) { mark(first + i, true); }
    let at = VRAM_ALLOC_BASE + first * VRAM_PAGE_BYTES;
    for (var i = 0u; i < n * VRAM_PAGE_BYTES; i += 4u) { store(at + i, 0u); }
    return done(at);
}

// release gives back the allocation that begins at an offset.
fn release(r: Request) -> Result {
    let at = r.args[0];
    if (at.x % VRAM_PAGE_BYTES != 0u) { return fail(ERR_ARGUMENT); }
    if (at.y != 0u || at.x < VRAM_ALLOC_BASE || at.x >= vram_bytes()) { return fail(ERR_NOT_FOUND); }
    let first = (at.x - VRAM_ALLOC_BASE) / VRAM_PAGE_BYTES;
    let n = state.length[first];
    if (n == 0u) { return fail(ERR_NOT_FOUND); }
    state.length[first] = 0u;
    state.pages_free += n;
    for (var i = 0u; i < n; i++) { mark(first + i, false); }
    return done(0u);
}

// break_ring stops a ring until it is reset.
fn break_ring(i: u32) {
    state.ring[i].broken = 1u;
    register_error(ERR_RING_BROKEN);
}

// process carries out at most so many submissions of a ring, in order, and gives
// how many; the high bit is set where the ring is broken. CQHead is the guest's
// cache line, looked at only when the completion ring seems full.
fn process(i: u32, most: u32) -> u32 {
    let broken = 0x80000000u;
    if (state.ring[i].broken != 0u) { return broken; }
    let base = ring_base(i);
    let tail = load(base + RING_SQ_TAIL);
    if (tail - state.ring[i].sq_head > RING_ENTRIES) {
        break_ring(i);
        return broken;
    }
    var count = 0u;
    while (count < most && state.ring[i].sq_head != tail) {
        if (state.ring[i].cq_tail - state.ring[i].cq_seen == RING_ENTRIES) { state.ring[i].cq_seen = load(base + RING_CQ_HEAD); }
        let waiting = state.ring[i].cq_tail - state.ring[i].cq_seen;
        if (waiting > RING_ENTRIES) {
            break_ring(i);
            return count | broken;
        }
        if (waiting == RING_ENTRIES) { break; }
        serve(i, base);
        count++;
    }
    return count;
}

// serve copies a submission, so that the guest cannot change it between check and
// use, and carries it out.
fn serve(i: u32, base: u32) {
    let at = base + RING_SQ_ENTRIES + state.ring[i].sq_head % RING_ENTRIES * RING_ENTRY_BYTES;
    let op = load(at);
    var r = Request();
    r.opcode = op & 0xffu;
    r.invalid = op >> 16u != 0u || load(at + SQE_FLAGS) != 0u;
    let cookie = vec2u(load(at + SQE_COOKIE), load(at + SQE_COOKIE + 4u));
    for (var k = 0u; k < SQE_ARG_NUM; k++) { r.args[k] = vec2u(load(at + SQE_ARGS + 8u * k), load(at + SQE_ARGS + 8u * k + 4u)); }
    complete(i, base, cookie, execute(r));
}

// complete writes the completion, its sequence number last, then moves CQTail,
// then SQHead: a guest that sees the number or the index sees the entry.
fn complete(i: u32, base: u32, cookie: vec2u, r: Result) {
    let at = base + RING_CQ_ENTRIES + state.ring[i].cq_tail % RING_ENTRIES * RING_ENTRY_BYTES;
    for (var k = CQE_DATA; k < RING_ENTRY_BYTES; k += 4u) { store(at + k, 0u); }
    store(at + CQE_COOKIE, cookie.x);
    store(at + CQE_COOKIE + 4u, cookie.y);
    store(at + CQE_STATUS, r.status);
    store(at + CQE_RESULT, r.value.x);
    store(at + CQE_RESULT + 4u, r.value.y);
    state.ring[i].cq_tail++;
    state.ring[i].sq_head++;
    store(at + CQE_SEQ, state.ring[i].cq_tail);
    store(base + RING_CQ_TAIL, state.ring[i].cq_tail);
    store(base + RING_SQ_HEAD, state.ring[i].sq_head);
}

@compute @workgroup_size(1)
fn serve_request() {
    switch state.request {
        case REQUEST_RESET: { reset(); }
        case REQUEST_READ: { state.answer = read_register(state.first); }
        case REQUEST_WRITE: { state.answer = write_register(state.first, state.second); }
        case REQUEST_RING: { state.answer = process(state.first, state.second); }
        default: {}
    }
}

// serve_rings is the persistent form: it looks at all rings again and again, until
// nothing came for so many looks (first), or it has looked so often (second). Who
// started it starts it anew, or sleeps until a doorbell. The answer is how many
// submissions were carried out.
@compute @workgroup_size(1)
fn serve_rings() {
    state.answer = 0u;
    var idle = 0u;
    for (var look = 0u; look < state.second && idle < state.first; look++) {
        var count = 0u;
        for (var i = 0u; i < state.rings; i++) {
            // A ring without work costs one load; a broken one has none.
            if (state.ring[i].broken == 0u && load(ring_base(i) + RING_SQ_TAIL) != state.ring[i].sq_head) {
                count += process(i, RING_ENTRIES) & 0x7fffffffu;
            }
        }
        idle = select(0u, idle + 1u, count == 0u);
        state.answer += count;
    }
}
