package search

// vocabulary holds, for each class of the fault catalogue, the words that name
// what is involved, in any kernel. They are matched against parts of
// identifiers in lower case: they aim the search, they do not decide.
var vocabulary = map[int][]string{
	1:  {"idt", "lidt", "install", "load", "gate", "trap", "interrupt"},
	2:  {"gate", "idt", "interrupt", "type", "present", "vector", "set"},
	3:  {"pic", "8259", "remap", "disable", "mask", "irq", "icw1", "icw4", "run"},
	5:  {"eoi", "acknowledge", "ack", "interrupt", "timer", "tick", "ticks", "apic", "pic"},
	7:  {"gdt", "segment", "data", "ss", "reload", "selector"},
	11: {"stack", "error", "code", "iret", "iretq", "trap", "pop", "esp", "rsp", "sp"},
	12: {"sse", "xmm", "osfxsr", "osxmmexcpt", "cr4", "em", "ts", "mp", "fxsave"},
	13: {"stack", "align", "aligned", "rsp", "sp", "movaps"},
	15: {"nxe", "efer", "nx", "msr"},
	16: {"reserved", "entry", "encode", "pte", "table", "fill", "virt", "phys", "pa", "page", "addr", "mask", "ps", "small"},
	17: {"stack", "map", "cr3", "segment", "switch", "space", "fill", "stacks", "kernel"},
	18: {"write", "writable", "rw", "segment", "flags", "protect", "build", "data", "pf", "wp"},
	19: {"user", "us", "level", "table"},
	20: {"nil", "null", "set", "eoi", "register", "pointer", "init", "open"},
	21: {"canonical", "base", "direct", "virt", "address"},
	22: {"stack", "recurse", "depth", "frame", "recursion"},
	23: {"ist", "tss", "double", "fault", "stack"},
	24: {"tss", "rsp0", "esp0", "stack", "ltr"},
	25: {"gdt", "tss", "limit", "ltr", "selector", "entries", "pointer", "load", "busy"},
	33: {"map", "page", "table", "entry", "pte", "index", "device", "mmio", "bar", "level"},
	34: {"cache", "cached", "uncached", "uc", "wb", "registers", "device", "type", "pcd", "pwt", "map", "mmio", "memtype"},
	35: {"uart", "serial", "lsr", "status", "put", "com1", "thre", "tx", "putc"},
}

// Words is the vocabulary of a class, nil for a class that has none.
func Words(class int) []string { return vocabulary[class] }
