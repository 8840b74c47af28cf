// Counters, which wrap. `pxos gpu top` and the Prometheus page read them.

struct Perf {
    opcodes: array<u32, 16>,
    errors: array<u32, ERR_NUM>,
    calls: array<u32, CALL_NUM>,
    latencies: array<u32, LATENCY_BUCKETS>, // by powers of two ns, as the guest measured
    rings: array<u32, MAX_RINGS>,
}

fn count_submission(ring: u32, latency_ns: u32) {
    vram.perf.rings[ring]++;
    if (latency_ns != 0u) { vram.perf.latencies[firstLeadingBit(latency_ns)]++; }
}

fn count_opcode(op: u32) {
    vram.perf.opcodes[select(PERF_UNKNOWN, op & 15u, is_opcode(op))]++;
}

fn count_result(status: u32) {
    vram.perf.errors[status]++;
    vram.state.commands = add(vram.state.commands, vec2u(1u, 0u));
    if (status != ERR_NONE) { vram.state.failed = add(vram.state.failed, vec2u(1u, 0u)); }
}
