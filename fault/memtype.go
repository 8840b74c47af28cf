package fault

import (
	"fmt"

	"pxos/abi"
)

// MSRs that decide memory types (Intel SDM volume 3, 11.11 and 11.12).
const (
	msrPAT         = 0x277
	msrMTRRDefType = 0x2FF
	msrMTRRBase0   = 0x200
	mtrrCount      = 10
	defaultPAT     = 0x0007040600070406
)

// Memory types as the PAT and the MTRRs number them.
var typeNames = map[uint64]string{0: "UC", 1: "WC", 4: "WT", 5: "WP", 6: "WB", 7: "UC-"}

// patType names the memory type of a PAT index, and says whether the PAT's value
// is only its power-on default. Where the emulator does not show the MSR, a
// kernel that reports its value is believed.
func (a *Analysis) patType(index int) (name string, assumed bool) {
	pat, known := a.Ev.MSRs[msrPAT]
	if cpu, ok := a.Report.First(abi.ReportCPU); !known && ok && cpu.Fields["pat"] != "" {
		pat, known = cpu.Uint("pat"), true
	}
	if !known {
		pat = defaultPAT
	}
	name, ok := typeNames[pat>>(8*index)&7]
	if !ok {
		name = "reserved"
	}
	return name, !known
}

// mtrrType is the type that the variable MTRRs give a physical address; known is
// false when the evidence holds none.
func (a *Analysis) mtrrType(phys uint64) (name string, known bool) {
	def, ok := a.Ev.MSRs[msrMTRRDefType]
	if !ok {
		return "", false
	}
	if def&(1<<11) == 0 {
		return "UC", true
	}
	found := ""
	for i := range uint32(mtrrCount) {
		base, okBase := a.Ev.MSRs[msrMTRRBase0+2*i]
		mask, okMask := a.Ev.MSRs[msrMTRRBase0+2*i+1]
		if !okBase || !okMask || mask&(1<<11) == 0 {
			continue
		}
		if m := mask &^ 0xFFF; phys&m != base&^0xFFF&m {
			continue
		}
		switch t := typeNames[base&7]; {
		case t == "UC":
			return "UC", true
		case found == "" || t == "WT":
			found = t
		}
	}
	if found == "" {
		found = typeNames[def&7]
	}
	return found, true
}

// setMemType fills in the memory types of a successful walk.
func (a *Analysis) setMemType(w *Walk) {
	if w.PATIndex < 0 || w.PageSize == 0 {
		return
	}
	name, assumed := a.patType(w.PATIndex)
	w.PATType = name
	if assumed {
		w.PATType = name + " (power-on PAT)"
	}
	mtrr, known := a.mtrrType(w.Phys)
	if !known {
		w.MemType = name
		return
	}
	w.MemType = effectiveType(name, mtrr)
	if w.MemType != name {
		w.MemType = fmt.Sprintf("%s (MTRR %s)", w.MemType, mtrr)
	}
}

// effectiveType combines PAT and MTRR (SDM volume 3, table 11-7).
func effectiveType(pat, mtrr string) string {
	switch pat {
	case "WB":
		return mtrr
	case "UC-":
		if mtrr == "WC" {
			return "WC"
		}
		return "UC"
	case "WT", "WP":
		if mtrr == "UC" || mtrr == "WC" {
			return "UC"
		}
	}
	return pat
}
