package fault

import (
	"fmt"
	"sort"
	"strings"

	"pxos/abi"
	"pxos/machine"
)

// otherClasses are the ends of a run that are no exception. Those with number 0
// say what happened, not why: they are beaten by any class that fits.
var otherClasses = []*Class{
	{
		Number: 31, Name: "no-boot", Title: "Multiboot header bad or past its limit",
		Headline: "the boot loader started nothing",
		Explain:  "No kernel ran: {{.message}}{{.screen}}",
		Do: "Multiboot 2: the header must lie in the first 32 KiB of the file, 8-byte aligned, with a right checksum and an end tag (Multiboot 1: first 8 KiB, 4-byte aligned). " +
			"Check that the linker script puts its section first, and test with grub-file --is-x86-multiboot2.",
		Suspects: []string{"multiboot", "header", "start"},
		Match:    matchNoBoot,
	},
	{
		Number: 0, Name: "self-test", Title: "a self-test of the kernel failed",
		Headline: "self-test {{.name}} failed: {{.detail}}",
		Explain:  "The kernel ran to its self-tests without an exception, and its report says that {{.failed}} of {{.checks}} checks of {{.name}} failed: {{.detail}}.{{.others}}",
		Do:       "Start from what the test checks: {{.name}}. The report's other lines (in the serial text) show what the kernel believed at that time.",
		Suspects: []string{},
		Match:    matchSelfTest,
	},
	{
		Number: 0, Name: "refused", Title: "the kernel stopped itself",
		Headline: "the kernel gave up: {{.reason}}",
		Explain:  "No exception: the kernel itself found a condition under which it cannot go on and said so: {{.reason}}{{.detail}}.",
		Do:       "Look at the code that reports this reason.",
		Suspects: []string{"refuse", "init", "start", "panic", "halt"},
		Match:    matchRefused,
	},
	{
		Number: 0, Name: "hang", Title: "the kernel makes no progress",
		Headline: "the kernel hangs in {{.where}}",
		Explain:  "{{.message}}. {{.samples}}{{.halted}}",
		Do:       "Look at the loop or wait in {{.where}}: which condition does it wait for, and who was to make it true? A wait on a device needs a limit; HLT needs interrupts on.",
		Suspects: []string{"wait", "spin", "poll", "idle", "lock"},
		Match:    matchHang,
	},
	{
		Number: 0, Name: "timeout", Title: "the time ran out while the kernel was still busy",
		Headline: "the time limit came while {{.where}} ran",
		Explain:  "The kernel was making progress when the limit came. {{.samples}}{{.report}}",
		Do:       "Raise the limit if the work is legitimate; otherwise look at what the samples name.",
		Suspects: []string{"wait", "loop", "poll"},
		Match:    matchTimeout,
	},
	{
		Number: 0, Name: "gpu-ended", Title: "the GPU ended the guest",
		Headline: "the GPU ended the guest: {{.why}}",
		Explain:  "{{.why}}. {{.samples}}The GPU waits for one second: until then a mapping may lead to memory that is no longer the process'.",
		Do:       "Look at who takes revocations out of the ring back from the GPU: the number of those posted stands in every completion. Take the mappings away on every processor, then send REVOKE_ACK; no lock and no wait may come between.",
		Suspects: []string{"revo", "poll", "letgo", "ack"},
		Match:    matchGPUEnded,
	},
	{
		Number: 0, Name: "incomplete-report", Title: "the kernel ended without a whole report",
		Headline: "the run ended ({{.how}}) without a complete boot report",
		Explain:  "{{.problem}}.",
		Do:       "See the last line of the serial text: the kernel got that far.",
		Suspects: []string{"report", "exit", "serial"},
		Match:    matchIncomplete,
	},
}

func matchNoBoot(a *Analysis) Match {
	if a.Ev.Termination != machine.TerminationNoBoot {
		return no
	}
	m := Match{Certainty: 0.9, Facts: Facts{"message": a.Ev.Message, "screen": ""}}
	if m.Facts["message"] == "" {
		m.Facts["message"] = "the loader found nothing to start"
	}
	m.Evidence = []string{m.Facts["message"]}
	if lines := nonEmpty(a.Ev.Screen); len(lines) > 0 {
		last := lines[max(0, len(lines)-4):]
		m.Facts["screen"] = ". The screen shows: " + strings.Join(last, " / ")
		m.Evidence = append(m.Evidence, "the screen: "+strings.Join(last, " / "))
	}
	return m
}

func nonEmpty(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func matchSelfTest(a *Analysis) Match {
	failed := a.failedTests()
	if len(failed) == 0 || a.Fault() != nil {
		return no
	}
	t := failed[0]
	m := Match{Certainty: 0.5, Detail: t.Name, At: a.bestNamed("selftest.(*machine)."+t.Name, "test"+t.Name, t.Name+"test"), Facts: Facts{
		"name": t.Name, "checks": fmt.Sprint(t.Checks), "failed": fmt.Sprint(t.Failed), "detail": t.Detail, "others": "",
	}}
	if t.Detail == "" {
		m.Facts["detail"] = "no detail was given"
	}
	for _, o := range failed {
		m.Evidence = append(m.Evidence, fmt.Sprintf("self-test %s: %d of %d checks failed: %s", o.Name, o.Failed, o.Checks, o.Detail))
	}
	if len(failed) > 1 {
		var names []string
		for _, o := range failed[1:] {
			names = append(names, o.Name)
		}
		m.Facts["others"] = " Also failed: " + strings.Join(names, ", ") + "."
	}
	return m
}

func matchRefused(a *Analysis) Match {
	l, ok := a.Report.First(abi.ReportRefused)
	if a.Fault() != nil || (!ok && (a.Ev.Termination != machine.TerminationExit || a.Ev.ExitCode != abi.ExitKernelRefused)) {
		return no
	}
	m := Match{Certainty: 0.55, Detail: l.Fields["reason"], Facts: Facts{"reason": l.Fields["reason"], "detail": ""}}
	if m.Facts["reason"] == "" {
		m.Facts["reason"] = "it gave no reason"
	}
	if d := l.Fields["detail"]; d != "" {
		m.Facts["detail"] = " (" + d + ")"
	}
	m.Evidence = []string{"the boot report's refused line: " + m.Facts["reason"] + m.Facts["detail"]}
	return m
}

// sampleFacts tells where the samples of RIP lie.
func (a *Analysis) sampleFacts() (where, words string, at *Location) {
	count := map[string]int{}
	first := map[string]uint64{}
	for _, rip := range a.Ev.RIPSamples {
		name := orHex(a.Sym.Locate(rip).Function, rip)
		count[name]++
		if _, ok := first[name]; !ok {
			first[name] = rip
		}
	}
	names := make([]string, 0, len(count))
	for n := range count {
		names = append(names, n)
	}
	sort.Slice(names, func(i, j int) bool {
		if count[names[i]] != count[names[j]] {
			return count[names[i]] > count[names[j]]
		}
		return names[i] < names[j]
	})
	if len(names) == 0 {
		l := a.Sym.Locate(a.Regs.RIP)
		return orHex(l.Function, a.Regs.RIP), "", &l
	}
	var parts []string
	for _, n := range names[:min(3, len(names))] {
		parts = append(parts, fmt.Sprintf("%s (%d)", n, count[n]))
	}
	l := a.Sym.Locate(first[names[0]])
	return names[0], fmt.Sprintf("Of %d samples of RIP: %s. ", len(a.Ev.RIPSamples), strings.Join(parts, ", ")), &l
}

func matchHang(a *Analysis) Match {
	if a.Ev.Termination != machine.TerminationHang || a.Fault() != nil {
		return no
	}
	where, words, at := a.sampleFacts()
	m := Match{Certainty: 0.5, At: at, Facts: Facts{"where": at.String(), "samples": words, "halted": "", "message": a.Ev.Message}}
	if at.Function == "" {
		m.Facts["where"] = where
	}
	if m.Facts["message"] == "" {
		m.Facts["message"] = "No progress was seen"
	}
	m.Facts["message"] = strings.TrimRight(m.Facts["message"], ".")
	m.Evidence = []string{m.Facts["message"]}
	if words != "" {
		m.Evidence = append(m.Evidence, strings.TrimSpace(words))
	}
	switch {
	case a.Ev.Halted && a.Regs.RFLAGS&flagsIF == 0:
		m.Facts["halted"] = "The CPU stands in HLT with interrupts off: nothing can wake it."
		m.Detail = "halted"
	case a.Ev.Halted:
		m.Facts["halted"] = "The CPU stands in HLT and no interrupt comes."
		m.Detail = "waiting"
	}
	if m.Facts["halted"] != "" {
		m.Evidence = append(m.Evidence, m.Facts["halted"])
	}
	return m
}

func matchTimeout(a *Analysis) Match {
	if a.Ev.Termination != machine.TerminationTimeout || a.Fault() != nil {
		return no
	}
	_, words, at := a.sampleFacts()
	m := Match{Certainty: 0.5, At: at, Facts: Facts{"where": at.String(), "samples": words, "report": ""}}
	if lines := nonEmpty(string(a.Ev.Serial)); len(lines) > 0 {
		m.Facts["report"] = "The last line on the serial line is: " + printable(lines[len(lines)-1])
	}
	m.Evidence = []string{"the run was ended by its time limit"}
	return m
}

func matchGPUEnded(a *Analysis) Match {
	if a.Ev.Termination != machine.TerminationGPUEnded || a.Fault() != nil {
		return no
	}
	_, words, at := a.sampleFacts()
	why := strings.TrimRight(a.Ev.Message, ".")
	return Match{Certainty: 0.9, At: at, Facts: Facts{"why": why, "samples": words}, Evidence: []string{why}}
}

func matchIncomplete(a *Analysis) Match {
	if a.Fault() != nil || a.Ev.TripleFault || len(a.failedTests()) > 0 || a.healthy() {
		return no
	}
	switch a.Ev.Termination {
	case machine.TerminationExit, machine.TerminationShutdown:
	default:
		return no
	}
	m := Match{Certainty: 0.4, Facts: Facts{"how": string(a.Ev.Termination), "problem": a.Report.Problem}}
	if a.Ev.Termination == machine.TerminationExit {
		m.Facts["how"] = fmt.Sprintf("exit code %s", hex(uint64(a.Ev.ExitCode)))
	}
	if m.Facts["problem"] == "" {
		m.Facts["problem"] = "no report was on the serial line, or the exit code says that something failed"
	}
	m.Evidence = []string{"the run ended by " + m.Facts["how"], m.Facts["problem"]}
	return m
}

// printable makes text from outside fit for a terminal or page.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || (r >= ' ' && r != 0x7F && r < 0x80) || r > 0xA0 {
			return r
		}
		return '·'
	}, s)
}
