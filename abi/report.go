package abi

// Ports and exit codes of QEMU's isa-debug-exit device. A guest write of v
// ends QEMU with status (v<<1)|1, so a status is never confused with QEMU's
// own 0 and 1 when v > 0.
const (
	DebugExitPort     = 0xF4
	ExitOK            = 0x10 // status 33: every self-test passed
	ExitSelfTest      = 0x11 // status 35: a self-test failed, the report says which
	ExitKernelRefused = 0x12 // status 37: the kernel gave up with a message, no CPU exception
)

// The boot report: lines on COM1, each starting with ReportPrefix, then a kind,
// then key=value fields separated by one space. A value with a space is quoted
// with double quotes. Numbers are decimal, or hexadecimal with 0x. The last
// line is "@px end crc=0x…": CRC-32 (IEEE) over every report line before it,
// each with its prefix and a trailing '\n', without '\r'.
const ReportPrefix = "@px "

// ReportVersion is the value of the version field in the boot line.
const ReportVersion = 1

// Kinds of report lines, in the order in which the kernel writes them.
const (
	ReportBoot       = "boot"       // version= loader=multiboot2|pvh cmdline=
	ReportCPU        = "cpu"        // vendor= count= maxphyaddr= nx= smep= smap= tsc_hz= pat=   (IA32_PAT as RDMSR gives it)
	ReportLayout     = "layout"     // directmap= kernel= kernel_end= stack_lo= stack_hi= cr3=
	ReportMem        = "mem"        // base= length= type=ram|reserved|acpi|nvs|bad
	ReportPCI        = "pci"        // bdf=00:02.0 vendor= device= class=0x030000 header=
	ReportBAR        = "bar"        // bdf= index= kind=io|mem32|mem64 base= size= prefetch=0|1
	ReportGPU        = "gpu"        // bdf= bar0= size= virt= memtype=UC rings=
	ReportAuthority  = "authority"  // extents= devices= claimed=   (what the GPU granted the kernel)
	ReportNetwork    = "network"    // mac0= ... mac5= | error=   (the network card, where there is one)
	ReportShare      = "share"      // tag= | error=               (a directory of the host, where it is shared)
	ReportFrames     = "frames"     // total= free=   (4 KiB frames: of RAM, and of what was granted)
	ReportProcessor  = "processor"  // id= apic= start_us= skew_ns= round_ns= stack_lo= stack_hi= | apic= error=   (each but the first)
	ReportProcessors = "processors" // found= up= skew_ns= round_ns=   (counted by the firmware; that run; of their clocks)
	ReportMailbox    = "mailbox"    // round_trips= median_ns= p99_ns= registers_ns= clock_ns= batch_per_s=
	ReportTest       = "test"       // name= checks= failed= detail=
	ReportFault      = "fault"      // vector= error= rip= rsp= cr2= cpu=   (an exception nobody expected)
	ReportRefused    = "refused"    // reason= detail=                (the kernel stopped itself)
	ReportCall       = "call"       // number= name=               (a system call that is not there)
	ReportTrace      = "trace"      // thread= call= a= b= c= d= result= (with "trace" on the command line)
	ReportProgram    = "program"    // status= calls= | error=     (a program of ring 3 ended, or was not started)
	ReportEnd        = "end"        // tests= failed= crc=
)

// Names of the self-tests that every healthy boot reports.
const (
	TestPaging     = "paging"
	TestFrames     = "frames"
	TestException  = "exception"
	TestTimer      = "timer"
	TestProcessors = "processors"
	TestPCI        = "pci"
	TestMailbox    = "mailbox"
	TestAuthority  = "authority"
	TestSerial     = "serial"
)

// ShareTag, and a digit behind it, is the mount tag of a directory that the host shares;
// there are MaxShares at most.
const (
	ShareTag  = "share"
	MaxShares = 8
)

// MaxProcessors bounds the processors that run the kernel. The firmware may list more:
// the others stay as they are.
const MaxProcessors = 8

// A program for ring 3 comes as a module: this header, then the path of the program,
// the working directory, and arguments, environment and paths of shares with a NUL after
// each; then the root of the files, a tar archive that begins on a page. Numbers are
// little-endian. The n-th path is that of the share with the tag ShareTag and n, from 0.
const (
	PackageMagic       = 0x3230474F52505850 // "PXPROG02"
	PackageRoot        = 8                  // uint64: where the archive begins
	PackageRootBytes   = 16                 // uint64: its size
	PackagePath        = 24                 // uint64: bytes of the path, from PackageHeader on
	PackageDirectory   = 32                 // uint64: bytes of the working directory
	PackageArguments   = 40                 // uint64: bytes of the arguments
	PackageEnvironment = 48                 // uint64: bytes of the environment
	PackageSeed        = 56                 // 4 x uint64: for what must not be predicted
	PackageMounts      = 88                 // uint64: bytes of the paths at which shares are seen
	PackageHeader      = 96
	MaxPackageText     = 64 << 10 // bytes of the texts together
)

// Standard input comes by the serial line, as it is but for InputEscape: doubled it is
// that byte, before another it means what follows.
const (
	InputEscape    = 0x10 // DLE
	InputEnd       = 'E'  // there is no more
	InputInterrupt = 'I'  // SIGINT for the programs in the foreground
	InputQuit      = 'Q'  // SIGQUIT
)
