// The opcodes of the mailbox but for SYSCALL: console, VRAM, kernels.

struct Page { length: u32, owner: u32 } // pages of the allocation that begins here; owner plus 1, 0 where free

struct Job {
    state: u32, kind: u32, process: u32, program: u32, length: u32, status: u32, result: u32, cookie: u32,
    groups: vec3u, reserved: u32,
    @size(JOB_BYTES - JOB_BINDINGS) bindings: array<vec4u, EXECUTE_BINDINGS>,
}

struct Program { state: u32, owner: u32, @size(24) bytes: u32, hash: array<u32, 8> }

fn is_opcode(op: u32) -> bool { return (op >= OP_UART_WRITE && op <= OP_FREE) || op == OP_HALT; }

// execute carries out a command. The order of checks is part of the contract:
// halted, opcode, process, arguments.
fn execute(r: Request) -> Result {
    if (vram.state.halted != 0u) { return fail(ERR_HALTED); }
    if (!is_opcode(r.opcode) || (r.by_register && r.opcode == OP_MMIO_WRITE)) { return fail(ERR_OPCODE); }
    if (!lives(vec2u(r.process, 0u))) { return fail(ERR_PROCESS); }
    if (r.invalid) { return fail(ERR_ARGUMENT); }
    switch r.opcode {
        case OP_UART_WRITE: { return uart_write(r); }
        case OP_UART_READ: { return uart_read(); }
        case OP_GPU_EXECUTE: { return gpu_execute(r); }
        case OP_MMIO_READ, OP_MMIO_WRITE: { return mmio(r); }
        case OP_SYSCALL: { return syscall(r); }
        case OP_ALLOC: { return alloc(r); }
        case OP_FREE: { return release(r); }
        default: {
            if (r.process != KERNEL_PROCESS) { return fail(ERR_RIGHTS); }
            vram.state.halted = 1u;
            return done(0u);
        }
    }
}

// uart_write sends up to 32 bytes, which lie in the arguments behind the first. A
// console that is not drained loses its oldest text.
fn uart_write(r: Request) -> Result {
    if (r.a0.y != 0u || r.a0.x > 32u) { return fail(ERR_ARGUMENT); }
    for (var i = 0u; i < r.a0.x; i++) {
        let c = (text_word(r, i / 4u) >> (i % 4u * 8u)) & 0xffu;
        let at = vram.state.console % CONSOLE_BYTES;
        let shift = at % 4u * 8u;
        vram.console[at / 4u] = (vram.console[at / 4u] & ~(0xffu << shift)) | (c << shift);
        vram.state.console++;
    }
    return both(r.a0, vec2u());
}

fn text_word(r: Request, i: u32) -> u32 {
    switch i {
        case 0: { return r.a1.x; }
        case 1: { return r.a1.y; }
        case 2: { return r.a2.x; }
        case 3: { return r.a2.y; }
        case 4: { return r.a3.x; }
        case 5: { return r.a3.y; }
        case 6: { return r.a4.x; }
        default: { return r.a4.y; }
    }
}

fn uart_read() -> Result {
    if (vram.state.input_head == vram.state.input_tail) { return done(NO_CHARACTER); }
    let at = vram.state.input_head % INPUT_BYTES;
    vram.state.input_head++;
    return done((vram.input[at / 4u] >> (at % 4u * 8u)) & 0xffu);
}

// put_input queues a character for UART_READ; the answer is 1 if there was room.
fn put_input(c: u32) {
    host.answer = 0u;
    if (vram.state.input_tail - vram.state.input_head == INPUT_BYTES) { return; }
    let at = vram.state.input_tail % INPUT_BYTES;
    let shift = at % 4u * 8u;
    vram.input[at / 4u] = (vram.input[at / 4u] & ~(0xffu << shift)) | (c << shift);
    vram.state.input_tail++;
    host.answer = 1u;
}

fn word_at(offset: u32) -> u32 { return (offset - VRAM_ALLOC_BASE) / 4u; }
fn page_of(offset: u32) -> u32 { return (offset - VRAM_ALLOC_BASE) / VRAM_PAGE_BYTES; }

// covered checks that [at, at+n) is VRAM that a process owns.
fn covered(process: u32, at: vec2u, n: vec2u) -> u32 {
    let end = vram_bytes();
    if (at.y != 0u || at.x < VRAM_ALLOC_BASE || at.x >= end || n.y != 0u || n.x == 0u || n.x > end - at.x) { return ERR_ARGUMENT; }
    let last = page_of(at.x + n.x - 1u);
    for (var p = page_of(at.x); p <= last; p++) {
        if (vram.pages[p].owner != process + 1u) { return ERR_OWNER; }
    }
    return ERR_NONE;
}

// mmio reads or writes a word of the caller's VRAM.
fn mmio(r: Request) -> Result {
    let writes = r.opcode == OP_MMIO_WRITE;
    if ((writes && r.a1.y != 0u) || r.a0.x % 4u != 0u) { return fail(ERR_ARGUMENT); }
    let code = covered(r.process, r.a0, vec2u(4u, 0u));
    if (code != ERR_NONE) { return fail(code); }
    if (!writes) { return done(vram.words[word_at(r.a0.x)]); }
    vram.words[word_at(r.a0.x)] = r.a1.x;
    return done(0u);
}

// alloc takes neighbouring pages, lowest address first, and clears them.
fn alloc(r: Request) -> Result {
    let n = r.a0.x;
    let owner = r.process & 0xffu;
    if (n == 0u && r.a0.y == 0u) { return fail(ERR_ARGUMENT); }
    if (r.a0.y != 0u || n > vram.processes[owner].page_quota - vram.processes[owner].pages) { return fail(ERR_QUOTA); }
    if (n > vram.state.pages_free) { return fail(ERR_NO_MEMORY); }
    var run = 0u;
    var first = vram.state.pages;
    for (var i = 0u; i < vram.state.pages; i++) {
        run = select(run + 1u, 0u, vram.pages[i].owner != 0u);
        if (run == n) {
            first = i + 1u - n;
            break;
        }
    }
    if (first == vram.state.pages) { return fail(ERR_NO_MEMORY); }
    for (var i = 0u; i < n; i++) { vram.pages[first + i] = Page(0u, r.process + 1u); }
    vram.pages[first].length = n;
    vram.state.pages_free -= n;
    vram.processes[owner].pages += n;
    let at = VRAM_ALLOC_BASE + first * VRAM_PAGE_BYTES;
    let end = word_at(at + n * VRAM_PAGE_BYTES);
    for (var i = word_at(at); i < end; i++) { vram.words[i] = 0u; }
    return done(at);
}

// release gives back the caller's allocation that begins at an offset.
fn release(r: Request) -> Result {
    let at = r.a0;
    if (at.x % VRAM_PAGE_BYTES != 0u) { return fail(ERR_ARGUMENT); }
    if (at.y != 0u || at.x < VRAM_ALLOC_BASE || at.x >= vram_bytes()) { return fail(ERR_NOT_FOUND); }
    let first = page_of(at.x);
    let n = vram.pages[first].length;
    if (n == 0u) { return fail(ERR_NOT_FOUND); }
    if (vram.pages[first].owner != r.process + 1u) { return fail(ERR_OWNER); }
    if (job_uses(at.x, n * VRAM_PAGE_BYTES)) { return fail(ERR_BUSY); }
    free_pages(first);
    return done(0u);
}

fn free_pages(first: u32) {
    let n = vram.pages[first].length;
    vram.processes[(vram.pages[first].owner - 1u) & 0xffu].pages -= n;
    vram.state.pages_free += n;
    for (var i = 0u; i < n; i++) { vram.pages[first + i] = Page(); }
}

// gpu_execute runs a program; all but ping are run by the host, which is told what
// to run and on what.
fn gpu_execute(r: Request) -> Result {
    let n = r.a0.x;
    if (r.a0.y != 0u || n >= MAX_PROGRAMS) { return fail(ERR_NO_PROGRAM); }
    let state = vram.programs[n].state;
    if (state == PROGRAM_NONE) { return fail(ERR_NO_PROGRAM); }
    if (n == PROGRAM_PING) { return both(add(r.a1, vec2u(1u, 0u)), vec2u()); }
    if (r.by_register) { return fail(ERR_ARGUMENT); }
    if (state == PROGRAM_READY && vram.programs[n].owner != r.process) { return fail(ERR_OWNER); }
    return post_kernel(r, n);
}

// post_kernel copies and checks the argument block, then hands the job over.
fn post_kernel(r: Request, program: u32) -> Result {
    let at = r.a1.x;
    let n = r.a2.x;
    if (at % 4u != 0u || r.a2.y != 0u || n < EXECUTE_HEADER_BYTES || n % EXECUTE_BINDING_BYTES != 0u
        || n > EXECUTE_HEADER_BYTES + EXECUTE_BINDINGS * EXECUTE_BINDING_BYTES) { return fail(ERR_ARGUMENT); }
    var place = r.a1;
    var bytes = vec2u(n, 0u);
    var job = Job();
    let count = n / EXECUTE_BINDING_BYTES;
    // Round 0 looks at the block itself, the others at one binding each.
    for (var i = 0u; i < count; i++) {
        if (i > 0u) {
            let w = word_at(at) + 4u * i;
            let b = vec4u(vram.words[w], vram.words[w + 1u], vram.words[w + 2u], vram.words[w + 3u]);
            if (b.x > 15u || b.y % EXECUTE_ALIGN != 0u || b.z % 4u != 0u || b.w != 0u) { return fail(ERR_ARGUMENT); }
            place = vec2u(b.y, 0u);
            bytes = vec2u(b.z, 0u);
            job.bindings[i - 1u] = b;
        }
        let code = covered(r.process, place, bytes);
        if (code != ERR_NONE) { return fail(code); }
        if (i == 0u) {
            let w = word_at(at);
            job.groups = vec3u(vram.words[w], vram.words[w + 1u], vram.words[w + 2u]);
            job.length = vram.words[w + 3u];
            if (any(job.groups > vec3u(MAX_WORKGROUPS)) || job.length != count - 1u) { return fail(ERR_ARGUMENT); }
        }
    }
    job.state = JOB_POSTED;
    job.kind = JOB_EXECUTE;
    job.process = r.process;
    job.program = program;
    job.cookie = r.cookie;
    vram.jobs[r.ring] = job;
    return fail(WAITING);
}

fn free_program() -> u32 {
    for (var i = PROGRAM_USER; i < MAX_PROGRAMS; i++) {
        if (vram.programs[i].state == PROGRAM_NONE) { return i; }
    }
    return MAX_PROGRAMS;
}

fn add_program(r: Request) -> Result {
    let n = r.a2;
    if (n.y != 0u || n.x == 0u || n.x > MAX_PROGRAM_BYTES) { return fail(ERR_ARGUMENT); }
    let code = covered(r.process, r.a1, n);
    if (code != ERR_NONE) { return fail(code); }
    if (free_program() == MAX_PROGRAMS) { return fail(ERR_NO_MEMORY); }
    if (r.by_register) { return fail(ERR_ARGUMENT); }
    var job = Job();
    job.state = JOB_POSTED;
    job.kind = JOB_REGISTER;
    job.process = r.process;
    job.program = r.a1.x;
    job.length = n.x;
    job.cookie = r.cookie;
    vram.jobs[r.ring] = job;
    return fail(WAITING);
}

fn drop_program(r: Request) -> Result {
    let n = r.a1.x;
    if (r.a1.y != 0u || n < PROGRAM_USER || n >= MAX_PROGRAMS) { return fail(ERR_NOT_FOUND); }
    if (vram.programs[n].state == PROGRAM_NONE) { return fail(ERR_NOT_FOUND); }
    if (vram.programs[n].owner != r.process) { return fail(ERR_OWNER); }
    for (var i = 0u; i < vram.state.rings; i++) {
        if (vram.jobs[i].state != JOB_IDLE && vram.jobs[i].kind == JOB_EXECUTE && vram.jobs[i].program == n) { return fail(ERR_BUSY); }
    }
    vram.programs[n] = Program();
    return done(0u);
}

// answer is the host's: ring, epoch, and status 31:24 with the result 23:0. A text
// that was compiled becomes a program with the hash that lies beside them. What the
// host gets back is the result.
fn answer(ring: u32, epoch: u32, outcome: u32) {
    var status = outcome >> 24u;
    var result = outcome & 0xffffffu;
    if (ring >= vram.state.rings || epoch != vram.state.epoch || vram.jobs[ring].state != JOB_POSTED || status >= ERR_NUM) { return; }
    if (status == ERR_NONE && vram.jobs[ring].kind == JOB_REGISTER) {
        result = free_program();
        if (result == MAX_PROGRAMS) {
            status = ERR_NO_MEMORY;
        } else {
            vram.programs[result] = Program(PROGRAM_READY, vram.jobs[ring].process, vram.jobs[ring].length, host.hash);
        }
    }
    vram.jobs[ring].status = status;
    vram.jobs[ring].result = result;
    vram.jobs[ring].state = JOB_ANSWERED;
    vram.state.job_end = vram.state.now;
    host.answer = result;
}

// finish turns an answered job into its command's result.
fn finish(ring: u32) -> Result {
    vram.jobs[ring].state = JOB_IDLE;
    let status = vram.jobs[ring].status;
    if (status != ERR_NONE) { return fail(status); }
    return done(vram.jobs[ring].result);
}

// job_uses says whether a job that runs reaches [at, at+n).
fn job_uses(at: u32, n: u32) -> bool {
    for (var i = 0u; i < vram.state.rings; i++) {
        if (vram.jobs[i].state == JOB_IDLE) { continue; }
        if (vram.jobs[i].kind == JOB_REGISTER) {
            if (vram.jobs[i].program < at + n && at < vram.jobs[i].program + vram.jobs[i].length) { return true; }
            continue;
        }
        for (var k = 0u; k < vram.jobs[i].length; k++) {
            let b = vram.jobs[i].bindings[k];
            if (b.y < at + n && at < b.y + b.z) { return true; }
        }
    }
    return false;
}
