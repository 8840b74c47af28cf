package builtin

// atomicRows is the section "Atomic Built-in Functions".
func atomicRows() {
	const (
		pointer = "(atomic_ptr: ptr<AS, atomic<T>, read_write>"
		where   = " where AS: storage | workgroup, T: int"
	)
	// The result of an atomic function is not uniform: it is the content of memory
	// that all invocations write, which "Parameter return tag values" asks to be
	// uniform too, and which for variables of module scope never is.
	row(AtomicLoad, "atomic-load", []string{pointer + ") -> T" + where}, mayDiscard, notInVertex, nonUniform)
	row(AtomicStore, "atomic-store", []string{pointer + ", v: T)" + where}, mayDiscard, notInVertex)
	for _, r := range []struct {
		id     ID
		anchor string
	}{
		{AtomicAdd, "atomic-add"}, {AtomicSub, "atomic-sub"}, {AtomicMax, "atomic-max"}, {AtomicMin, "atomic-min"},
		{AtomicAnd, "atomic-and"}, {AtomicOr, "atomic-or"}, {AtomicXor, "atomic-xor"}, {AtomicExchange, "atomic-exchange"},
	} {
		row(r.id, r.anchor, []string{pointer + ", v: T) -> T" + where}, mayDiscard, notInVertex, nonUniform)
	}
	row(AtomicCompareExchangeWeak, "atomic-compare-exchange-weak", []string{
		pointer + ", cmp: T, v: T) -> __atomic_compare_exchange_result<T>" + where}, mayDiscard, notInVertex, nonUniform)
}

// syncRows is the section "Synchronization Built-in Functions".
func syncRows() {
	row(StorageBarrier, "storageBarrier-builtin", []string{"()"}, mayDiscard, onlyCompute, flow(WorkgroupFlow))
	row(TextureBarrier, "textureBarrier-builtin", []string{"()"}, mayDiscard, onlyCompute, flow(WorkgroupFlow),
		feature("readonly_and_readwrite_storage_textures"))
	row(WorkgroupBarrier, "workgroupBarrier-builtin", []string{"()"}, mayDiscard, onlyCompute, flow(WorkgroupFlow))
	row(WorkgroupUniformLoad, "workgroupUniformLoad-builtin", []string{
		"(p: ptr<workgroup, T>) -> T where T: constructible",
		"(p: ptr<workgroup, atomic<T>, read_write>) -> T where T: int",
	}, onlyCompute, flow(WorkgroupFlow), uniformParam(0))
}

// subgroupRows is the sections "Subgroup" and "Quad Built-in Functions".
func subgroupRows() {
	const (
		number  = "(e: T) -> T where T: S | vecN<S>, S: concrete"
		integer = "(e: T) -> T where T: S | vecN<S>, S: int"
		boolean = "(e: bool) -> bool"
		by      = " -> T where T: S | vecN<S>, S: concrete"
		chosen  = "(e: T, id: I)" + by + ", I: u32 | i32"
	)
	add := func(id ID, anchor, signature string, options ...func(*Function)) {
		all := []func(*Function){notInVertex, flow(SubgroupFlow), nonUniform, func(f *Function) { f.Extension = "subgroups" }}
		row(id, anchor+"-builtin", []string{signature}, append(all, options...)...)
	}
	add(SubgroupAdd, "subgroupadd", number)
	add(SubgroupExclusiveAdd, "subgroupexclusiveadd", number)
	add(SubgroupInclusiveAdd, "subgroupinclusiveadd", number)
	add(SubgroupAll, "subgroupall", boolean)
	add(SubgroupAnd, "subgroupand", integer)
	add(SubgroupAny, "subgroupany", boolean)
	add(SubgroupBallot, "subgroupballot", "(pred: bool) -> vec4<u32>")
	add(SubgroupBroadcast, "subgroupbroadcast", chosen)
	add(SubgroupBroadcastFirst, "subgroupbroadcastfirst", number)
	add(SubgroupElect, "subgroupelect", "() -> bool")
	add(SubgroupMax, "subgroupmax", number)
	add(SubgroupMin, "subgroupmin", number)
	add(SubgroupMul, "subgroupmul", number)
	add(SubgroupExclusiveMul, "subgroupexclusivemul", number)
	add(SubgroupInclusiveMul, "subgroupinclusivemul", number)
	add(SubgroupOr, "subgroupor", integer)
	add(SubgroupShuffle, "subgroupshuffle", chosen)
	add(SubgroupShuffleDown, "subgroupshuffledown", "(e: T, delta: u32)"+by, uniformParam(1))
	add(SubgroupShuffleUp, "subgroupshuffleup", "(e: T, delta: u32)"+by, uniformParam(1))
	add(SubgroupShuffleXor, "subgroupshufflexor", "(e: T, mask: u32)"+by, uniformParam(1))
	add(SubgroupXor, "subgroupxor", integer)
	add(QuadBroadcast, "quadbroadcast", chosen)
	add(QuadSwapDiagonal, "quadswapdiagonal", number)
	add(QuadSwapX, "quadswapx", number)
	add(QuadSwapY, "quadswapy", number)
}

// viewRows is the section "Buffer View Built-in Functions". The language feature
// buffer_view is not supported; its rows have no overloads, so that the checker
// refuses the functions by name.
func viewRows() {
	for _, id := range []ID{BufferView, BufferArrayView, BufferLength} {
		row(id, "buffer-view-builtin-functions", nil, feature("buffer_view"),
			func(f *Function) { f.NotRun = "the language feature buffer_view is not supported" })
	}
}
