// One invocation runs one instance of a program until it ends, has to wait for the host,
// or has used up its slice. Instances lie in groups, so many that one memory access of a
// group in step is one piece: word n of all its instances, then word n + 1.

struct Params {
    instances: u32,
    lanes: u32,  // instances of a group
    slots: u32,  // of each stack
    words: u32,  // of each memory
    output: u32, // bytes of output that an instance has room for
    slice: u32,  // fuel that may be used before the host looks
    table: u32,  // entries for CALLI
}

struct Instance {
    pc: u32,
    sp: u32, // the slot above the top
    fp: u32, // the slot of local 0
    depth: u32,
    fuel: vec2u,
    status: u32,
    detail: u32, // of a trap, its kind and the number of TRAP
    number: u32,
    paid: u32,    // the fuel of the block at pc is paid already
    written: u32, // bytes of output that the host has not taken yet
    room: u32,    // bytes that may still be written, those not counted that the host has not taken
    deepest: u32, // calls that there may be
}

struct Callee {
    pc: u32,
    params: u32,
    locals: u32,
    stack: u32,
    signature: u32,
}

@group(0) @binding(0) var<storage, read> params: Params;
@group(0) @binding(1) var<storage, read> code: array<vec2u>; // instruction; arm and cost of the block that starts
@group(0) @binding(2) var<storage, read> functions: array<Callee>;
@group(0) @binding(3) var<storage, read> table: array<u32>;
@group(0) @binding(4) var<storage, read_write> instances: array<Instance>;
@group(0) @binding(5) var<storage, read_write> stack: array<vec2u>;
@group(0) @binding(6) var<storage, read_write> memory: array<u32>;
@group(0) @binding(7) var<storage, read_write> output: array<u32>;

// load32 is four bytes of memory at any address that is within.
fn load32(home: u32, address: u32) -> u32 {
    let at = home + (address >> 2) * params.lanes;
    let shift = (address & 3) * 8;
    let low = memory[at];
    if shift == 0 {
        return low;
    }
    return (low >> shift) | (memory[at + params.lanes] << (32 - shift));
}

// store32 writes the bytes of a value that a mask names.
fn store32(home: u32, address: u32, value: u32, mask: u32) {
    let at = home + (address >> 2) * params.lanes;
    let shift = (address & 3) * 8;
    let low = mask << shift;
    memory[at] = (memory[at] & ~low) | ((value << shift) & low);
    let high = select(mask >> (32 - shift), 0u, shift == 0);
    if high != 0 {
        let next = at + params.lanes;
        memory[next] = (memory[next] & ~high) | ((value >> (32 - shift)) & high);
    }
}

// within says that n bytes from an address lie within a memory.
fn within(address: vec2u, n: vec2u, bytes: u32) -> bool {
    return (address.y | n.y) == 0 && n.x <= bytes && address.x <= bytes - n.x;
}

fn put_byte(home: u32, at: u32, byte: u32) {
    let shift = (at & 3) * 8;
    let word = home + (at >> 2);
    output[word] = (output[word] & ~(0xFFu << shift)) | (byte << shift);
}

@compute @workgroup_size(64)
fn run(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let instance = id.x + id.y * groups.x * 64;
    if instance >= params.instances || instances[instance].status != RUNNING {
        return;
    }
    let lanes = params.lanes;
    let lane = instance % lanes;
    let group = instance - lane;
    let home = group * params.slots + lane;
    let memory_home = group * params.words + lane;
    let output_home = instance * (params.output / 4);
    let bytes = params.words * 4;
    var pc = instances[instance].pc;
    var sp = instances[instance].sp;
    var fp = instances[instance].fp;
    var depth = instances[instance].depth;
    var fuel = instances[instance].fuel;
    var paid = instances[instance].paid;
    var written = instances[instance].written;
    var room = instances[instance].room;
    var status = RUNNING;
    var detail = 0u;
    var number = 0u;
    var spent = 0u;
    loop {
        let word = code[pc];
        let cost = word.y & 0xFFFFFF;
        if cost != 0 && paid == 0 {
            if spent >= params.slice {
                break;
            }
            if fuel.y == 0 && fuel.x < cost {
                status = TRAPPED;
                detail = OUT_OF_FUEL;
                break;
            }
            fuel = sub64(fuel, vec2u(cost, 0));
            spent += cost;
        }
        paid = 0;
        let op = word.x >> 24;
        let arm = word.y >> 24;
        let operand = word.x & 0xFFFFFF;
        var next = pc + 1;
        //# dispatch
        if status != RUNNING {
            break;
        }
        pc = next;
    }
    // What waits for the host does not pay twice when it goes on.
    instances[instance].paid = u32(status >= WAITING);
    instances[instance].pc = pc;
    instances[instance].sp = sp;
    instances[instance].fp = fp;
    instances[instance].depth = depth;
    instances[instance].fuel = fuel;
    instances[instance].written = written;
    instances[instance].room = room;
    instances[instance].status = status;
    instances[instance].detail = detail;
    instances[instance].number = number;
}
