// Counters, which wrap. `pxos gpu top` and the Prometheus page read them.

struct Perf {
    opcodes: array<u32, 16>,
    errors: array<u32, ERR_NUM>,
    calls: array<u32, CALL_NUM>,
    latencies: array<u32, LATENCY_BUCKETS>, // by powers of two ns, as the guest measured
    rings: array<u32, MAX_RINGS>,
}

// count_submission counts a command that was taken.
fn count_submission(r: Request) {
    vram.perf.opcodes[select(PERF_UNKNOWN, r.opcode & 15u, is_opcode(r.opcode))]++;
    if (r.by_register) { return; }
    vram.perf.rings[r.ring]++;
    if (r.latency != 0u) { vram.perf.latencies[firstLeadingBit(r.latency)]++; }
}

// count_command counts one that was answered; what the host answered was counted
// when it was taken.
fn count_command(r: Request, status: u32) {
    if (!r.counted) { count_submission(r); }
    vram.perf.errors[status]++;
    vram.state.commands = add(vram.state.commands, vec2u(1u, 0u));
    if (status != ERR_NONE) { vram.state.failed = add(vram.state.failed, vec2u(1u, 0u)); }
}
