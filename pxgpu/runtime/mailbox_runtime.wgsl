// The mailbox of the pxGPU: registers, rings, and the loop that serves them. The
// constants in capitals are those of abi/. One invocation does the work of one
// request of the host; serving rings is the request that does not end by itself.
//
// Everything that a guest can write is read once and checked before it is used.
// Entries of rings pass between guest and device by their sequence numbers, which
// are atomic and written last; the other words are plain.

struct Submission { cookie: u32, latency: u32, command: u32, seq: atomic<u32>, args: array<vec2u, SQE_ARG_NUM> }

struct Completion {
    cookie: u32, revoked: u32, status: u32, seq: atomic<u32>,
    result: vec4u, // the result, then the second one; 64 bits each, the low word first
    rest: array<vec4u, 2>,
}

struct Ring {
    @size(RING_GUEST_WAKE) sleep: atomic<u32>,
    @size(RING_SQ_ENTRIES - RING_GUEST_WAKE) wake: atomic<u32>,
    submissions: array<Submission, RING_ENTRIES>,
    @size(RING_BLOCK_BYTES - RING_CQ_ENTRIES) completions: array<Completion, RING_ENTRIES>,
}

struct State {
    status: u32, resp: u32, halted: u32, ended: u32, sealed: u32, rings: u32, epoch: u32, reserved: u32,
    now: vec2u, commands: vec2u, failed: vec2u, posted: u32, acked: u32,
    console: u32, input_head: u32, input_tail: u32, pages_free: u32, pages: u32, extent_hint: u32, slot_hint: u32,
    padding: u32,
    @size(128 - 96) job_end: vec2u,
    @size(0x1000 - 128) served: array<u32, MAX_RINGS>,
}

// Vram is BAR0: what lies where.
struct Vram {
    @size(RING_BASE) registers: u32, // trapped, and answered from the state
    rings: array<Ring, MAX_RINGS>,
    @size(RING_BLOCK_BYTES) revocations: array<Revocation, RING_ENTRIES>,
    state: State,
    @size(0x1000) perf: Perf,
    @size(CONSOLE_BASE - JOBS_BASE) jobs: array<Job, MAX_RINGS>,
    console: array<u32, CONSOLE_BYTES / 4u>,
    @size(EXTENTS_BASE - INPUT_BASE) input: array<u32, INPUT_BYTES / 4u>,
    extents: array<Extent, MAX_EXTENTS>,
    capabilities: array<Capability, MAX_CAPABILITIES>,
    processes: array<Process, MAX_PROCESSES>,
    devices: array<Device, MAX_DEVICES>,
    programs: array<Program, MAX_PROGRAMS>,
    pages: array<Page, MAX_VRAM_PAGES>,
    @size(VRAM_ALLOC_BASE - REVOCATIONS_BASE) pending: array<Pending, MAX_REVOCATIONS>,
    words: array<u32>, // what ALLOC hands out
}

// Host is how the host talks to the program; no guest reaches it.
struct Host {
    request: u32, first: u32, second: u32, third: u32, answer: u32, posted: u32,
    want: atomic<u32>, // the host waits: come to an end
    wake: u32, // rings whose guests sleep and have an answer
    hash: array<u32, 8>,
    now: vec2u,
    ram: array<u32, MAX_EXTENTS / 32u>, // a bit for each extent that exists
}

@group(0) @binding(0) var<storage, read_write> vram: Vram;
@group(0) @binding(1) var<storage, read_write> host: Host;

// The arguments are no array, so that they need no memory.
struct Request {
    opcode: u32, process: u32, cookie: u32, latency: u32, ring: u32, by_register: bool, invalid: bool, counted: bool,
    a0: vec2u, a1: vec2u, a2: vec2u, a3: vec2u, a4: vec2u, a5: vec2u,
}
struct Result { status: u32, value: vec2u, extra: vec2u }

const WAITING = 0xffffffffu; // the status of a result that only the host's answer will give
const MOST_COMMANDS = CONSOLE_BYTES / 2u / 32u; // that cannot fill the console
const REGISTER_RING = MAX_RINGS; // where a command comes from that was written to CMD

fn fail(code: u32) -> Result { return Result(code, vec2u(), vec2u()); }
fn done(value: u32) -> Result { return Result(ERR_NONE, vec2u(value, 0u), vec2u()); }
fn both(value: vec2u, extra: vec2u) -> Result { return Result(ERR_NONE, value, extra); }

// Numbers of 64 bits have the low word first.
fn less(a: vec2u, b: vec2u) -> bool { return a.y < b.y || (a.y == b.y && a.x < b.x); }
fn add(a: vec2u, b: vec2u) -> vec2u {
    let low = a.x + b.x;
    return vec2u(low, a.y + b.y + select(0u, 1u, low < a.x));
}
fn sub(a: vec2u, b: vec2u) -> vec2u { return vec2u(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x)); }

fn vram_bytes() -> u32 { return VRAM_ALLOC_BASE + arrayLength(&vram.words) * 4u; }

// ready is the READY bit, which a halted device does not show.
fn ready() -> u32 { return select(STATUS_READY, 0u, vram.state.halted != 0u); }

fn register_error(code: u32) {
    vram.state.status = ready() | STATUS_COMPLETE | STATUS_ERROR;
    vram.state.resp = code;
}

fn read_register(offset: u32) -> u32 {
    switch offset {
        case REG_STATUS: { return vram.state.status; }
        case REG_RESP: { return vram.state.resp; }
        case REG_ID: { return MAILBOX_ID; }
        case REG_VERSION: { return MAILBOX_VERSION; }
        case REG_RINGS: { return vram.state.rings; }
        case REG_VRAMSIZE: { return vram_bytes(); }
        default: { return 0u; }
    }
}

// write_register answers the number of the ring whose bell was rung, plus 1; else
// 0. CMD and RESET are requests of their own.
fn write_register(offset: u32, value: u32) {
    if (offset != REG_DOORBELL) { return; }
    if (value < vram.state.rings) {
        host.answer = value + 1u;
    } else {
        register_error(ERR_ARGUMENT);
    }
}

// from_register spreads the payload of CMD into arguments.
fn from_register(cmd: u32) -> Request {
    var r = Request();
    r.opcode = cmd >> 24u;
    r.ring = REGISTER_RING;
    r.by_register = true;
    let payload = cmd & 0xffffu;
    r.a0.x = payload;
    switch r.opcode {
        case OP_UART_WRITE: {
            r.a0.x = 1u;
            r.a1.x = payload;
            r.invalid = payload > 0xffu;
        }
        case OP_MMIO_READ: { r.a0.x = payload * 4u; }
        case OP_FREE: { r.a0.x = payload * VRAM_PAGE_BYTES; }
        case OP_GPU_EXECUTE: { r.a1.x = payload; }
        default: {}
    }
    return r;
}

// from_ring copies a submission, so that the guest cannot change it between check
// and use.
fn from_ring(i: u32, k: u32) -> Request {
    var r: Request;
    let command = vram.rings[i].submissions[k].command;
    r.opcode = command & 0xffu;
    r.process = command >> 16u;
    r.cookie = vram.rings[i].submissions[k].cookie;
    r.ring = i;
    r.latency = vram.rings[i].submissions[k].latency;
    r.a0 = vram.rings[i].submissions[k].args[0];
    r.a1 = vram.rings[i].submissions[k].args[1];
    r.a2 = vram.rings[i].submissions[k].args[2];
    r.a3 = vram.rings[i].submissions[k].args[3];
    r.a4 = vram.rings[i].submissions[k].args[4];
    r.a5 = vram.rings[i].submissions[k].args[5];
    return r;
}

// waits says whether a ring has work: the next entry carries the next number.
fn waits(i: u32) -> bool {
    let n = vram.state.served[i];
    return atomicLoad(&vram.rings[i].submissions[n % RING_ENTRIES].seq) == n + 1u;
}

// complete answers a command: by the next completion, its number last, so that who
// sees the number sees the entry; or by the registers.
fn complete(r: Request, result: Result) {
    if (r.by_register) {
        if (result.status != ERR_NONE) {
            register_error(result.status);
        } else {
            vram.state.status = ready() | STATUS_COMPLETE;
            vram.state.resp = result.value.x;
        }
        return;
    }
    let n = vram.state.served[r.ring];
    let k = n % RING_ENTRIES;
    vram.rings[r.ring].completions[k].cookie = r.cookie;
    vram.rings[r.ring].completions[k].status = result.status;
    vram.rings[r.ring].completions[k].revoked = vram.state.posted;
    vram.rings[r.ring].completions[k].result = vec4u(result.value, result.extra);
    vram.state.served[r.ring] = n + 1u;
    // An exchange is a full fence where a store is not: what follows looks whether the guest sleeps.
    atomicExchange(&vram.rings[r.ring].completions[k].seq, n + 1u);
}

// serve looks at the rings of a mask again and again, until nothing came for so
// many looks, it has looked most times, or there is something for the host to do:
// a command waits for it, a guest sleeps, the console fills, it wants to speak.
// Ring REGISTER_RING stands for CMD. The answer is how many commands were carried
// out.
fn serve(mask: u32, idle_looks: u32, most_looks: u32, most_commands: u32, cmd: u32) {
    var count = 0u;
    var idle = 0u;
    for (var look = 0u; look < most_looks && idle < idle_looks; look++) {
        let before = count;
        for (var left = mask; left != 0u; left &= left - 1u) {
            let i = firstTrailingBit(left);
            let before_ring = count;
            for (var n = 0u; n < most_commands; n++) {
                var r: Request;
                var result: Result;
                if (i == REGISTER_RING) {
                    r = from_register(cmd);
                    result = execute(r);
                } else if (vram.jobs[i].state != JOB_IDLE) {
                    if (vram.jobs[i].state != JOB_ANSWERED) { break; }
                    r.ring = i;
                    r.cookie = vram.jobs[i].cookie;
                    r.counted = true;
                    result = finish(i);
                } else {
                    if (!waits(i)) { break; }
                    r = from_ring(i, vram.state.served[i] % RING_ENTRIES);
                    result = execute(r);
                }
                if (result.status == WAITING) {
                    count_submission(r);
                    host.posted++;
                    break;
                }
                complete(r, result);
                count_command(r, result.status); // after the answer is out: nobody waits for it
                count++;
            }
            // The number of the answer is out before this look: who sleeps after it was seen.
            if (count != before_ring && i != REGISTER_RING && atomicLoad(&vram.rings[i].wake) != 0u) { host.wake |= 1u << i; }
        }
        idle = select(0u, idle + 1u, count == before);
        if ((host.posted | host.wake) != 0u || count >= MOST_COMMANDS || atomicLoad(&host.want) != 0u) { break; }
    }
    host.answer = count;
}

// awaken tells guests that they need not ring.
fn awaken(mask: u32) {
    for (var left = mask; left != 0u; left &= left - 1u) {
        let i = firstTrailingBit(left);
        if (atomicLoad(&vram.rings[i].sleep) != 0u) { atomicStore(&vram.rings[i].sleep, 0u); }
    }
}

// park says "sleeping" on the rings of a mask and then looks once more: a guest
// that did not see the word must have written its number before that look. The
// answer is 1 when nothing had come.
fn park(mask: u32) {
    for (var left = mask; left != 0u; left &= left - 1u) {
        // An exchange is a full fence where a store is not.
        atomicExchange(&vram.rings[firstTrailingBit(left)].sleep, 1u);
    }
    host.answer = 1u;
    for (var left = mask; left != 0u; left &= left - 1u) {
        let i = firstTrailingBit(left);
        if (vram.jobs[i].state == JOB_ANSWERED || (vram.jobs[i].state == JOB_IDLE && waits(i))) { host.answer = 0u; }
    }
    if (host.answer == 0u) { awaken(mask); }
}

// Requests of the host: first, second and third are what the name in the host's
// call says.
@compute @workgroup_size(1)
fn mailbox() {
    if (less(vram.state.now, host.now)) { vram.state.now = host.now; }
    switch host.request {
        case REQUEST_RESET: { reset(); }
        case REQUEST_READ: { host.answer = read_register(host.first); }
        case REQUEST_WRITE: { write_register(host.first, host.second); }
        case REQUEST_TICK: { tick(); }
        case REQUEST_PARK: { park(host.first); }
        case REQUEST_ANSWER: { answer(host.first, host.second, host.third); }
        case REQUEST_INPUT: { put_input(host.first); }
        default: {}
    }
    // Commands come from one place, so that they are in the code once.
    if (host.request == REQUEST_COMMAND) {
        serve(1u << REGISTER_RING, 1u, 1u, 1u, host.first);
    } else if (host.request == REQUEST_RINGS) {
        awaken(host.first);
        serve(host.first, host.second, host.third, host.answer, 0u);
    }
}
