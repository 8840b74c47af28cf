package spirv

import (
	"slices"

	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// Capabilities of subgroups, by the specification's names.
const (
	groupNonUniform           = 61
	groupNonUniformArithmetic = 63
	groupNonUniformBallot     = 64
	groupNonUniformShuffle    = 65
	groupNonUniformRelative   = 66
)

// Instructions over subgroups.
const (
	opGroupElect          = 333
	opGroupBroadcastFirst = 338
	opGroupBallot         = 339
	opGroupShuffle        = 345
	opGroupShuffleXor     = 346
	opGroupShuffleUp      = 347
	opGroupShuffleDown    = 348
	opGroupIAdd           = 349
	opGroupFAdd           = 350
	opGroupIMul           = 351
	opGroupFMul           = 352
	opGroupSMin           = 353
	opGroupUMin           = 354
	opGroupFMin           = 355
	opGroupSMax           = 356
	opGroupUMax           = 357
	opGroupFMax           = 358
	opGroupBitwiseAnd     = 359
	opGroupBitwiseOr      = 360
	opGroupBitwiseXor     = 361

	scopeSubgroup = 3
)

// Group operations.
const (
	groupReduce = iota
	groupInclusiveScan
	groupExclusiveScan
)

// subgroup writes an operation over the active invocations of a subgroup.
func (w *writer) subgroup(i *flat.Instr) id {
	t, scope := w.scalar[i.Kind], w.u32(scopeSubgroup)
	w.capability(groupNonUniform)
	switch i.Lanes {
	case flat.SubgroupElect:
		return w.emit(opGroupElect, t, scope)
	case flat.SubgroupBallot:
		w.capability(groupNonUniformBallot)
		all := w.emit(opGroupBallot, w.unsigned4(), scope, w.value(i.Args[0]))
		return w.emit(opCompositeExtract, t, all, 0)
	case flat.SubgroupFirst:
		w.capability(groupNonUniformBallot)
		return w.emit(opGroupBroadcastFirst, t, scope, w.value(i.Args[0]))
	}
	shuffles := map[flat.SubgroupOp][2]uint32{
		flat.SubgroupShuffle: {opGroupShuffle, groupNonUniformShuffle}, flat.SubgroupShuffleXor: {opGroupShuffleXor, groupNonUniformShuffle},
		flat.SubgroupShuffleUp:   {opGroupShuffleUp, groupNonUniformRelative},
		flat.SubgroupShuffleDown: {opGroupShuffleDown, groupNonUniformRelative},
	}
	if s, ok := shuffles[i.Lanes]; ok {
		w.capability(s[1])
		return w.emit(s[0], t, scope, w.value(i.Args[0]), w.value(i.Args[1]))
	}
	w.capability(groupNonUniformArithmetic)
	operation := uint32(groupReduce)
	switch i.Lanes {
	case flat.SubgroupInclusiveAdd, flat.SubgroupInclusiveMul:
		operation = groupInclusiveScan
	case flat.SubgroupExclusiveAdd, flat.SubgroupExclusiveMul:
		operation = groupExclusiveScan
	}
	return w.rounded(i, w.emit(arithmetic(i), t, scope, operation, w.value(i.Args[0])))
}

// arithmetic is the instruction that combines the invocations' values.
func arithmetic(i *flat.Instr) uint32 {
	pick := func(signed, unsigned, float uint32) uint32 {
		switch {
		case isFloat(i.Kind):
			return float
		case i.Kind == types.I32:
			return signed
		}
		return unsigned
	}
	switch i.Lanes {
	case flat.SubgroupMul, flat.SubgroupInclusiveMul, flat.SubgroupExclusiveMul:
		return pick(opGroupIMul, opGroupIMul, opGroupFMul)
	case flat.SubgroupMin:
		return pick(opGroupSMin, opGroupUMin, opGroupFMin)
	case flat.SubgroupMax:
		return pick(opGroupSMax, opGroupUMax, opGroupFMax)
	case flat.SubgroupAnd:
		return opGroupBitwiseAnd
	case flat.SubgroupOr:
		return opGroupBitwiseOr
	case flat.SubgroupXor:
		return opGroupBitwiseXor
	}
	return pick(opGroupIAdd, opGroupIAdd, opGroupFAdd)
}

// capability notes that the module needs a capability.
func (w *writer) capability(c uint32) {
	if !slices.Contains(w.capabilities, c) {
		w.capabilities = append(w.capabilities, c)
		w.module.Subgroups |= 1 << (c - groupNonUniform) // both are numbered in the same order
	}
}

func (w *writer) unsigned4() id {
	key := [2]uint32{opTypeVector, 4}
	t, ok := w.pointers[key]
	if !ok {
		t = w.fresh()
		w.pointers[key] = t
		w.types.put(opTypeVector, t, w.scalar[types.U32], 4)
	}
	return t
}

// subgroupInputs are the built-in values of subgroups, by SPIR-V's numbers.
var subgroupInputs = map[flat.InputID]uint32{
	flat.LaneCount: 36, flat.GroupCount: 38, flat.GroupIndex: 40, flat.LaneIndex: 41,
}
