package fault

import (
	"fmt"

	"pxos/abi/tables"
)

// ViolationKind says what an audit found. The words are stable; programs may
// compare them.
type ViolationKind string

// The kinds. All but the last two groups need the GPU's tables.
const (
	ViolationKernelUncovered ViolationKind = "kernel-uncovered"
	ViolationWriteNotGranted ViolationKind = "write-not-granted"
	ViolationExecNotGranted  ViolationKind = "exec-not-granted"
	ViolationUserUncovered   ViolationKind = "user-uncovered"
	ViolationUserForeign     ViolationKind = "user-foreign"
	ViolationKernelReachable ViolationKind = "kernel-reachable"
	ViolationStale           ViolationKind = "stale"
	ViolationDeviceUngranted ViolationKind = "device-ungranted"
	ViolationRoot            ViolationKind = "unknown-root"
	ViolationProtection      ViolationKind = "protection-off"
	ViolationTablePlace      ViolationKind = "table-place"
	ViolationTableWritable   ViolationKind = "table-writable"
	ViolationKernelHalf      ViolationKind = "kernel-half"
	ViolationDeviceUnknown   ViolationKind = "device-unknown"
	ViolationExtentNoRAM     ViolationKind = "extent-no-ram"
	ViolationBadEntry        ViolationKind = "bad-entry"
	ViolationTables          ViolationKind = "tables"

	// Found in the page tables of any kernel.
	ViolationWriteExec  ViolationKind = "write-exec"
	ViolationUserPage   ViolationKind = "user-page"
	ViolationIdentity   ViolationKind = "identity-map"
	ViolationDeviceType ViolationKind = "device-type"
	ViolationRAMType    ViolationKind = "ram-type"
	ViolationHole       ViolationKind = "hole"
	ViolationNothing    ViolationKind = "nothing"

	// About the audit itself.
	ViolationNotWhole ViolationKind = "not-whole"
	ViolationMore     ViolationKind = "more"
)

var violationSentences = map[ViolationKind]string{
	ViolationKernelUncovered: "The kernel maps memory that no capability of the kernel covers.",
	ViolationWriteNotGranted: "A page can be written though the grant does not hold the right to write.",
	ViolationExecNotGranted:  "A page can be executed though the grant does not hold the right to execute.",
	ViolationUserUncovered:   "A process can reach memory that none of its capabilities covers.",
	ViolationUserForeign:     "A process can reach memory that was granted to another process.",
	ViolationKernelReachable: "Ring 3 can reach a page that is the kernel's.",
	ViolationStale:           "A mapping is left over from a grant that was taken back.",
	ViolationDeviceUngranted: "A device's registers are mapped without a grant of that device.",
	ViolationRoot:            "A CPU runs on page tables that belong to no living process.",
	ViolationProtection:      "A CPU runs without the protection that page tables rely on.",
	ViolationTablePlace:      "A page-table page lies in memory that is not the kernel's own to write.",
	ViolationTableWritable:   "A process can write a page-table page.",
	ViolationKernelHalf:      "The kernel's half of an address space differs from the kernel's own.",
	ViolationDeviceUnknown:   "The tables hold a device's range that the emulator does not know as this device.",
	ViolationExtentNoRAM:     "The tables hold an extent that is no RAM.",
	ViolationBadEntry:        "A page-table entry is malformed.",
	ViolationTables:          "The GPU's tables contradict each other.",
	ViolationWriteExec:       "A page can be written and executed.",
	ViolationUserPage:        "Ring 3 can reach a page, and there is no user program.",
	ViolationIdentity:        "The identity map of the start was not dropped.",
	ViolationDeviceType:      "A device's registers are mapped with the wrong memory type.",
	ViolationRAMType:         "RAM is mapped with a memory type other than write-back.",
	ViolationHole:            "A page leads to nothing: a hole in the physical address space.",
	ViolationNothing:         "There are no page tables to audit.",
	ViolationNotWhole:        "The page tables are too large to be walked whole.",
	ViolationMore:            "There are more findings than are listed.",
}

// Sentence says what the kind means, for people; "" for a kind that is not ours.
func (k ViolationKind) Sentence() string { return violationSentences[k] }

// ViolationKinds lists every kind there is.
func ViolationKinds() []ViolationKind {
	return []ViolationKind{
		ViolationKernelUncovered, ViolationWriteNotGranted, ViolationExecNotGranted, ViolationUserUncovered, ViolationUserForeign,
		ViolationKernelReachable, ViolationStale, ViolationDeviceUngranted, ViolationRoot, ViolationProtection, ViolationTablePlace, ViolationTableWritable,
		ViolationKernelHalf, ViolationDeviceUnknown, ViolationExtentNoRAM, ViolationBadEntry, ViolationTables, ViolationWriteExec, ViolationUserPage,
		ViolationIdentity, ViolationDeviceType, ViolationRAMType, ViolationHole, ViolationNothing, ViolationNotWhole, ViolationMore,
	}
}

// Violation is one finding: neighbouring pages with the same fault are one.
type Violation struct {
	Kind     ViolationKind `json:"kind"`
	Process  tables.Handle `json:"process"`         // whose address space it is; of a device or an extent its owner
	Virtual  uint64        `json:"virtual"`         // of the first byte; 0 when Mapped is false
	Physical uint64        `json:"physical"`        // of the first byte
	Bytes    uint64        `json:"bytes"`           // 0 when it is about no memory
	Mapped   bool          `json:"mapped"`          // it is about what virtual addresses translate to
	Text     string        `json:"text"`            // what is wrong, without the place
	Count    int           `json:"count,omitempty"` // of ViolationMore: findings that are not listed
}

// String says the finding in one line.
func (v Violation) String() string {
	switch {
	case v.Bytes == 0:
		return v.Text
	case !v.Mapped:
		return fmt.Sprintf("%s at physical %s %s", size(v.Bytes), hex(v.Physical), v.Text)
	case v.Process == tables.Kernel:
		return fmt.Sprintf("%s at %s (physical %s) %s", size(v.Bytes), hex(v.Virtual), hex(v.Physical), v.Text)
	}
	return fmt.Sprintf("%s at %s of %s (physical %s) %s", size(v.Bytes), hex(v.Virtual), v.Process, hex(v.Physical), v.Text)
}
