package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"pxos/abi"
	"pxos/abi/tables"
	"pxos/pxgpu"
)

const topSchema = "pxos.top/1"

// consoleTail is how much of the console one look carries, in bytes.
const consoleTail = 2 << 10

// topStats is one look at what a machine's GPU does. Counters are totals since
// reset and wrap at 32 bits; rates are made of two looks.
type topStats struct {
	Schema   string       `json:"schema"`
	Name     string       `json:"name"`
	PID      int          `json:"pid"`
	At       time.Time    `json:"at"`
	UptimeMS int64        `json:"uptime_ms"`
	State    tables.State `json:"state"`
	Perf     tables.Perf  `json:"perf"`
	Queues   []int        `json:"queues"` // submissions that wait, by ring
	Device   pxgpu.Stats  `json:"device"`
	Extents  int          `json:"extents"` // that exist
	Free     int          `json:"extents_free"`
	Owners   []holding    `json:"owners"`
	Pending  int          `json:"revocations_open"`
	Console  string       `json:"console"` // the newest text
}

// holding is what one process holds.
type holding struct {
	Process tables.Handle `json:"process"`
	Name    string        `json:"name"`
	Extents int           `json:"extents"`
	Quota   uint32        `json:"extent_quota"`
	Pages   uint32        `json:"vram_pages"`
}

// top looks at the GPU; the machine goes on meanwhile.
func (s *station) top() (*topStats, error) {
	t, err := tables.Decode(s.gpu.Tables())
	if err != nil {
		return nil, err
	}
	x := statsOf(s.name, t)
	x.PID, x.At, x.UptimeMS = os.Getpid(), time.Now(), time.Since(s.started).Milliseconds()
	x.Queues, x.Device = s.gpu.QueueDepth(), s.gpu.Stats()
	return x, nil
}

func statsOf(name string, t *tables.Tables) *topStats {
	x := &topStats{Schema: topSchema, Name: name, State: t.State, Perf: t.Perf, Queues: []int{}, Extents: len(t.Extents),
		Owners: []holding{}, Pending: len(t.Revocations), Console: t.Console[max(0, len(t.Console)-consoleTail):]}
	held := t.Holdings()
	for _, p := range t.Processes {
		x.Owners = append(x.Owners, holding{p.Handle, p.Handle.String(), held[p.Handle], p.ExtentQuota, p.Pages})
	}
	slices.SortStableFunc(x.Owners, func(a, b holding) int { return b.Extents - a.Extents })
	for _, e := range t.Extents {
		if e.State == abi.ExtentFree {
			x.Free++
		}
	}
	return x
}

// prometheus writes the counters in Prometheus' text format 0.0.4. The latency
// is a cumulative count by upper bound; the sum of all round trips is not known,
// so it is no histogram by type.
func (x *topStats) prometheus(w io.Writer) error {
	b := bufio.NewWriter(w)
	machine := "machine=" + label(x.Name)
	metric := func(name, kind, help string) {
		fmt.Fprintf(b, "# HELP pxos_%s %s\n# TYPE pxos_%s %s\n", name, help, name, kind)
	}
	value := func(name, labels string, v any) {
		if labels != "" {
			labels = "," + labels
		}
		fmt.Fprintf(b, "pxos_%s{%s%s} %v\n", name, machine, labels, v)
	}
	counters := func(name, key, help string, list []tables.Counter) {
		metric(name, "counter", help)
		for _, c := range list {
			value(name, key+"="+label(c.Name), c.Count)
		}
	}
	counters("commands_total", "opcode", "Commands by opcode, since reset, modulo 2^32.", x.Perf.Opcodes)
	counters("calls_total", "call", "Calls of SYSCALL, since reset, modulo 2^32.", x.Perf.Calls)
	counters("results_total", "code", "Results of commands by error code, since reset, modulo 2^32.", x.Perf.Errors)
	metric("round_trip_seconds_bucket", "counter", "Round trips that the guest measured, by upper bound.")
	sum := uint64(0)
	for i, n := range x.Perf.Latency {
		sum += uint64(n)
		value("round_trip_seconds_bucket", fmt.Sprintf("le=%q", fmt.Sprint(float64(uint64(2)<<i)/1e9)), sum)
	}
	value("round_trip_seconds_bucket", `le="+Inf"`, sum)
	metric("ring_commands_total", "counter", "Commands by ring, since reset, modulo 2^32.")
	for i, n := range x.Perf.Rings {
		if i < int(x.State.Rings) {
			value("ring_commands_total", fmt.Sprintf(`ring="%d"`, i), n)
		}
	}
	metric("queue_depth", "gauge", "Submissions that wait, by ring.")
	for i, n := range x.Queues {
		value("queue_depth", fmt.Sprintf(`ring="%d"`, i), n)
	}
	metric("extents", "gauge", "Extents of 2 MiB by owner.")
	value("extents", `owner="free"`, x.Free)
	for _, o := range x.Owners {
		value("extents", "owner="+label(o.Name), o.Extents)
	}
	for _, g := range []struct {
		name, kind, help string
		v                any
	}{
		{"resets_total", "counter", "Resets of the mailbox.", x.State.Epoch},
		{"revocations_posted_total", "counter", "Revocations posted.", x.State.Posted},
		{"revocations_open", "gauge", "Revocations that were not acknowledged yet.", x.Pending},
		{"vram_pages_free", "gauge", "Pages of VRAM that are free.", x.State.PagesFree},
		{"device_doorbells_total", "counter", "Doorbells that the guest rang.", x.Device.Doorbells},
		{"device_interrupts_total", "counter", "Interrupts that the device sent.", x.Device.Interrupts},
		{"uptime_seconds", "gauge", "Time since power-on.", float64(x.UptimeMS) / 1e3},
	} {
		metric(g.name, g.kind, g.help)
		value(g.name, "", g.v)
	}
	return b.Flush()
}

// label quotes a label's value.
func label(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
