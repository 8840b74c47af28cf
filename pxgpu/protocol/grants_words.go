package protocol

import "fmt"

// Describe says a step in words. Processes are counted from 1: 0 is the kernel.
func (m *Grants) Describe(before *GrantsState, step Step, _ *GrantsState) string {
	who := "GPU"
	if step.Kind >= grantsFlushed {
		who = fmt.Sprintf("CPU %d", step.Agent)
	}
	text := grantsTexts[step.Kind]
	switch step.Kind {
	case grantsMisuse:
		text = fmt.Sprintf(text, step.B+1, step.A)
	case grantsAckAnyOrder, grantsHostRevokes, grantsRevokes, grantsJobEnds:
		text = fmt.Sprintf(text, step.A)
	case grantsCounts, grantsProcessEnd, grantsCreates:
		text = fmt.Sprintf(text, step.A+1)
	case grantsFills, grantsExtentGiven, grantsMaps:
		text = fmt.Sprintf(text, step.A+1, step.B)
	case grantsDerives:
		text = fmt.Sprintf(text, step.A, step.B+1)
	case grantsReturns:
		text = fmt.Sprintf(text, step.A+1, step.B)
	case grantsServes:
		text = fmt.Sprintf(text, before.posted[0].holder+1)
	case grantsReturned:
		text = fmt.Sprintf(text, step.A, [2]string{"done", "refused"}[step.B])
	case grantsFlushes:
		text += [2]string{", asks the other CPU to do so", ", and only those"}[step.A]
	case grantsHears:
		text += [2]string{"", " and forgets it"}[step.A]
	}
	return fmt.Sprintf("%-6s %s", who, text)
}

var grantsTexts = [grantsStepNum]string{
	grantsMisuse:        "accepts a command of process %d with a capability of slot %d that is not (or no longer) its",
	grantsAckAnyOrder:   "accepts REVOKE_ACK of revocation %d before the earlier one",
	grantsHostRevokes:   "takes the capability of slot %d back of itself",
	grantsJobEnds:       "answers the job of CPU %d's ring",
	grantsCounts:        "counts what process %d got",
	grantsEnds:          "ends the guest: the bound is over",
	grantsFlushed:       "takes the other's interrupt, drops the translations from its TLB",
	grantsFills:         "caches process %d's translation of extent %d",
	grantsInterrupted:   "takes the interrupt, reads how many revocations are posted",
	grantsExtentGiven:   "sends EXTENT for process %d, is given extent %d",
	grantsDerives:       "sends DERIVE of slot %d to process %d",
	grantsReturns:       "begins to return for process %d the capability of slot %d",
	grantsRevokes:       "sends REVOKE of slot %d",
	grantsProcessEnd:    "sends PROCESS_END of process %d",
	grantsCreates:       "sends PROCESS_CREATE, gets process %d",
	grantsServes:        "takes the next revocation: mappings of process %d",
	grantsHalts:         "halts: it knows of no revocation",
	grantsSpins:         "waits for the lock with interrupts off",
	grantsStopsSpinning: "has the lock, turns interrupts on",
	grantsJobBegins:     "sends GPU_EXECUTE: its ring waits for the host",
	grantsMaps:          "hears the answer, maps for process %d extent %d",
	grantsHears:         "hears the answer with the number of revocations posted",
	grantsUnmaps:        "takes the mappings out of the page tables",
	grantsFlushes:       "drops the translations from its TLB",
	grantsWaited:        "sees that the other CPU has done so",
	grantsReturned:      "sends RETURN of slot %d: %s",
	grantsAcks:          "sends REVOKE_ACK",
}
