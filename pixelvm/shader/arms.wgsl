// What each instruction does, in sections; the name of an instruction may stand in one of
// them. Where the table of instructions says what it pops and pushes, its operands are in
// a, b and c, the top of the stack last, and its result goes into r. Where the table says
// that this depends, the section moves sp itself. The first sections are found fastest.

//# GET
stack[home + sp * lanes] = stack[home + (fp + operand) * lanes];
sp += 1;

//# PUSH
r = vec2u(bitcast<u32>(bitcast<i32>(operand << 8) >> 8u), bitcast<u32>(bitcast<i32>(operand << 8) >> 31u));

//# SET
sp -= 1;
stack[home + (fp + operand) * lanes] = stack[home + sp * lanes];

//# ADD
r = add64(a, b);

//# SUB
r = sub64(a, b);

//# JMP
next = operand;

//# JZ JNZ
if zero64(a) == (op == OP_JZ) {
    next = operand;
}

//# EQ LT GT NE LE GE LTU GTU LEU GEU
let turned = vec2u(0, select(0x80000000u, 0u, op >= OP_LTU));
let below = less64(a ^ turned, b ^ turned);
let above = less64(b ^ turned, a ^ turned);
var holds = !below && !above;
if op == OP_LT || op == OP_LTU {
    holds = below;
} else if op == OP_GT || op == OP_GTU {
    holds = above;
} else if op == OP_NE {
    holds = below || above;
} else if op == OP_LE || op == OP_LEU {
    holds = !above;
} else if op == OP_GE || op == OP_GEU {
    holds = !below;
}
r = vec2u(u32(holds), 0);

//# LOAD LOAD8U LOAD8S LOAD16U LOAD16S LOAD32U LOAD32S LOADF
let address = a.x + operand;
let width = width_of(op);
if address < operand || bytes < width || address > bytes - width {
    status = TRAPPED;
    detail = OUT_OF_BOUNDS;
} else {
    r.x = load32(memory_home, address);
    if width == 8 {
        r.y = load32(memory_home, address + 4);
    } else {
        let unused = 32 - width * 8;
        let signed = bitcast<i32>(r.x << unused) >> unused;
        if op == OP_LOAD8S || op == OP_LOAD16S || op == OP_LOAD32S {
            r = vec2u(bitcast<u32>(signed), bitcast<u32>(signed >> 31u));
        } else {
            r.x = (r.x << unused) >> unused;
        }
    }
}

//# STORE STORE8 STORE16 STORE32 STOREF
let address = a.x + operand;
let width = width_of(op);
if address < operand || bytes < width || address > bytes - width {
    status = TRAPPED;
    detail = OUT_OF_BOUNDS;
} else {
    let value = select(b, canonical(b), op == OP_STOREF);
    store32(memory_home, address, value.x, 0xFFFFFFFFu >> (32 - min(width, 4) * 8));
    if width == 8 {
        store32(memory_home, address + 4, value.y, 0xFFFFFFFFu);
    }
}

//# FADD FSUB
r = fadd(a, vec2u(b.x, b.y ^ select(0u, SIGN, op == OP_FSUB)));

//# FMUL
r = fmul(a, b);

//# CALL CALLI
var callee = operand;
var under = sp;
if op == OP_CALLI {
    under -= 1;
    let index = stack[home + under * lanes];
    if index.y != 0 || index.x >= params.table {
        status = TRAPPED;
    } else {
        callee = table[index.x];
        if functions[callee].signature != functions[operand].signature {
            status = TRAPPED;
        }
    }
    detail = select(0u, BAD_CALL, status == TRAPPED);
}
if status == RUNNING {
    let base = under - functions[callee].params;
    let locals = functions[callee].locals;
    if depth >= instances[instance].deepest {
        status = TRAPPED;
        detail = STACK_OVERFLOW;
    } else if base + locals + 1 + functions[callee].stack > params.slots {
        status = NEEDS_STACK;
    } else {
        for (var i = functions[callee].params; i < locals; i++) {
            stack[home + (base + i) * lanes] = vec2u();
        }
        stack[home + (base + locals) * lanes] = vec2u(next, fp);
        fp = base;
        sp = base + locals + 1;
        depth += 1;
        next = functions[callee].pc;
    }
}

//# RET
// The operand of a RET here says how many results there are, and how many locals.
let results = operand & 31;
let frame = fp;
let back = stack[home + (frame + (operand >> 5)) * lanes];
for (var i = 0u; i < results; i++) {
    stack[home + (frame + i) * lanes] = stack[home + (sp - results + i) * lanes];
}
sp = frame + results;
if depth == 1 {
    status = RETURNED;
} else {
    depth -= 1;
    fp = back.y;
    next = back.x;
}

//# PUSHW PUSHF
r = vec2u(code[pc + 2].x, code[pc + 1].x);

//# MUL
r = mul64(a, b);

//# DIV MOD DIVU MODU
if zero64(b) {
    status = TRAPPED;
    detail = DIVIDE_BY_ZERO;
} else {
    let signed = op == OP_DIV || op == OP_MOD;
    let left = signed && a.y >= 0x80000000u;
    let right = signed && b.y >= 0x80000000u;
    let parts = divide64(select(a, neg64(a), left), select(b, neg64(b), right));
    if op == OP_DIV || op == OP_DIVU {
        r = select(parts[0], neg64(parts[0]), left != right);
    } else {
        r = select(parts[1], neg64(parts[1]), left);
    }
}

//# AND OR XOR
r = select(select(a ^ b, a | b, op == OP_OR), a & b, op == OP_AND);

//# SHL SHR SAR ROTL
let n = b.x & 63;
if op == OP_SHR {
    r = shr64(a, n);
} else if op == OP_SAR {
    r = sar64(a, n);
} else {
    r = shl64(a, n);
    if op == OP_ROTL && n != 0 {
        r |= shr64(a, 64 - n);
    }
}

//# TEE
stack[home + (fp + operand) * lanes] = stack[home + (sp - 1) * lanes];

//# DUP OVER
stack[home + sp * lanes] = stack[home + (sp - select(1u, 2u, op == OP_OVER)) * lanes];
sp += 1;

//# POP
sp -= 1;

//# SWAP
let top = stack[home + (sp - 1) * lanes];
stack[home + (sp - 1) * lanes] = stack[home + (sp - 2) * lanes];
stack[home + (sp - 2) * lanes] = top;

//# EXT8 EXT16 EXT32
let unused = select(select(0u, 16u, op == OP_EXT16), 24u, op == OP_EXT8);
let signed = bitcast<i32>(a.x << unused) >> unused;
r = vec2u(bitcast<u32>(signed), bitcast<u32>(signed >> 31u));

//# CLZ CTZ POPCNT
r.x = select(select(countOneBits(a.x) + countOneBits(a.y), ctz64(a), op == OP_CTZ), clz64(a), op == OP_CLZ);

//# FEQ FNE FLT FGT FLE FGE
var holds = op == OP_FNE;
if !is_nan(a) && !is_nan(b) {
    let equal = fequal(a, b);
    holds = equal;
    if op == OP_FNE {
        holds = !equal;
    } else if op == OP_FLT || op == OP_FLE {
        holds = fless(a, b) || (op == OP_FLE && equal);
    } else if op == OP_FGT || op == OP_FGE {
        holds = fless(b, a) || (op == OP_FGE && equal);
    }
}
r = vec2u(u32(holds), 0);

//# FDIV
r = fdiv(a, b);

//# FSQRT
r = fsqrt(a);

//# FMIN FMAX
let first = less64(ordered(a), ordered(b)) == (op == OP_FMIN);
r = select(select(b, a, first), NAN, is_nan(a) || is_nan(b));

//# FNEG FABS
r = vec2u(a.x, select(a.y ^ SIGN, a.y & ~SIGN, op == OP_FABS));

//# FFLOOR FCEIL FTRUNC
r = whole(a, op - OP_FFLOOR);

//# ITOF
r = itof(a);

//# FTOI
r = ftoi(a);

//# FBITS BITSF
r = select(a, canonical(a), op == OP_FBITS);

//# MEMSIZE
r.x = bytes;

//# NOP

//# HALT
status = HALTED;

//# TRAP
status = TRAPPED;
detail = USER_TRAP;
number = operand;

//# COPY FILL
// At most 2^60 for the length: what is in the way of that is out of bounds anyway.
let price = vec2u((c.x >> 3) | (c.y << 29), min(c.y >> 3, 1u << 28));
let capped = select(price, vec2u(0, 1u << 28), price.y == 1u << 28);
if less64(fuel, capped) {
    status = TRAPPED;
    detail = OUT_OF_FUEL;
} else {
    fuel = sub64(fuel, capped);
    spent += capped.x;
    if !within(a, c, bytes) || (op == OP_COPY && !within(b, c, bytes)) {
        status = TRAPPED;
        detail = OUT_OF_BOUNDS;
    } else if op == OP_FILL {
        for (var i = 0u; i < c.x; i++) {
            store32(memory_home, a.x + i, b.x & 0xFF, 0xFF);
        }
    } else if b.x < a.x {
        for (var i = c.x; i > 0; i--) {
            store32(memory_home, a.x + i - 1, load32(memory_home, b.x + i - 1), 0xFF);
        }
    } else {
        for (var i = 0u; i < c.x; i++) {
            store32(memory_home, a.x + i, load32(memory_home, b.x + i), 0xFF);
        }
    }
}

//# PRINT
let minus = u32(a.y >= 0x80000000u);
let magnitude = select(a, neg64(a), minus == 1);
var length = 2 + minus; // with the line's end
for (var rest = tenth(magnitude); !zero64(rest.xy); rest = tenth(rest.xy)) {
    length += 1;
}
if length > room - written {
    status = TRAPPED;
    detail = OUTPUT_FULL;
} else if length > params.output - written {
    status = NEEDS_ROOM;
} else {
    var at = written + length - 1;
    put_byte(output_home, at, 10);
    var rest = vec3u(magnitude, 0);
    for (var i = 1 + minus; i < length; i++) {
        rest = tenth(rest.xy);
        at -= 1;
        put_byte(output_home, at, 48 + rest.z);
    }
    if minus == 1 {
        put_byte(output_home, written, 45);
    }
    written += length;
}

//# PRINTCH
if room == written {
    status = TRAPPED;
    detail = OUTPUT_FULL;
} else if params.output == written {
    status = NEEDS_ROOM;
} else {
    put_byte(output_home, written, a.x & 0xFF);
    written += 1;
}

//# PRINT_STR
if !within(a, b, bytes) {
    status = TRAPPED;
    detail = OUT_OF_BOUNDS;
} else if b.x > room - written {
    status = TRAPPED;
    detail = OUTPUT_FULL;
} else if b.x > params.output {
    status = NEEDS_HOST;
} else if b.x > params.output - written {
    status = NEEDS_ROOM;
} else {
    for (var i = 0u; i < b.x; i++) {
        put_byte(output_home, written + i, load32(memory_home, a.x + i) & 0xFF);
    }
    written += b.x;
}

//# PRINTF
status = NEEDS_HOST;

//# HOST_CALL
status = NEEDS_HOST;
