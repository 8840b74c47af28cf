package main

import (
	"pxos/abi"
	"pxos/kernel/gpu"
	"pxos/kernel/linux"
	"pxos/kernel/phys"
	"pxos/kernel/random"
	"pxos/kernel/report"
	"pxos/kernel/trap"
)

// ring3 is everything that runs in ring 3.
var ring3 linux.System

// runProgram runs the program that the loader left as the first module, if it left
// one, to its end.
func runProgram() {
	if info.ModuleCount == 0 || !info.Has("program") {
		return
	}
	status, why := start3(info.Modules[0].Base, info.Modules[0].Length)
	report.Begin(abi.ReportProgram)
	if why != "" {
		report.String("error", why)
	} else {
		report.Uint("status", status)
		report.Uint("calls", ring3.Calls)
	}
	report.End()
}

// start3 checks the package, loads the program and runs it.
func start3(base, size uint64) (status uint64, why string) {
	if keeperErr != gpu.OK {
		return 0, "the GPU grants no memory"
	}
	if size < abi.PackageHeader || keeper.Read(base, size) != gpu.OK {
		return 0, "the module cannot be read"
	}
	w := phys.Words(base, abi.PackageHeader/8)
	root, rootBytes := w[abi.PackageRoot/8], w[abi.PackageRootBytes/8]
	var parts [5][]byte
	at := uint64(abi.PackageHeader)
	for i, length := range [...]int{abi.PackagePath, abi.PackageDirectory, abi.PackageArguments, abi.PackageEnvironment, abi.PackageMounts} {
		n := w[length/8]
		if n > abi.MaxPackageText || at+n > size {
			return 0, "the module is no program package"
		}
		parts[i] = phys.Bytes(base+at, int(n))
		at += n
	}
	if w[0] != abi.PackageMagic || root%phys.PageBytes != 0 || root < at || root > size || rootBytes > size-root {
		return 0, "the module is no program package"
	}
	var seed [random.SeedWords]uint64
	copy(seed[:], w[abi.PackageSeed/8:])
	epoch, _ := info.Uint("epoch")
	ring3.Keeper, ring3.Clock, ring3.Traced, ring3.Screen = &keeper, &local, info.Has("trace"), display
	ring3.Compute = device.Interrupts(&bus, &tables, local.ID(), trap.VectorDevice)
	if network.Up {
		ring3.Net = &network
	}
	if !ring3.Open(&features, epoch*1_000_000_000, seed) {
		return 0, "the processor lacks SMEP, SMAP, NX or AVX, or there is no memory for files"
	}
	if info.Has("tty") {
		columns, _ := info.Uint("columns")
		rows, _ := info.Uint("rows")
		ring3.AttachTerminal(columns, rows)
	}
	if !ring3.Unpack(phys.Bytes(base+root, int(rootBytes))) {
		return 0, "the root of the files is no tar archive that can be unpacked"
	}
	if why = mountShares(parts[4]); why != "" {
		return 0, why
	}
	if why = ring3.Start(parts[0], parts[1], parts[2], parts[3]); why != "" {
		return 0, why
	}
	releaseProcessors()
	return ring3.Run(), ""
}
