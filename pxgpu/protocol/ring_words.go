package protocol

import "fmt"

// Describe says a step in words.
func (m *Ring) Describe(_ *RingState, step Step, _ *RingState) string {
	who, text := ringWho(step.Kind), ""
	if who != "host" && (who == "guest" || m.Rings > 1) {
		who = fmt.Sprintf("%s %d", who, step.Agent)
	}
	switch step.Kind {
	case ringGuestStores, ringDeviceStores:
		text = fmt.Sprintf("its store %s = %s is in memory", m.placeName(step.A), valueName(step.A, step.B))
	case ringGuestWrites, ringDeviceWrites:
		text = fmt.Sprintf("writes %s = %s", m.placeName(step.A), valueName(step.A, step.B))
	case ringSeesNumber, ringFindsLate, ringFinds:
		text = fmt.Sprintf(ringTexts[step.Kind], step.A)
	case ringReadsAnswer, ringLoadsEarly, ringCopies, ringPosts, ringTakesAnswer:
		text = fmt.Sprintf(ringTexts[step.Kind], commandName(step.A))
	case ringHostTakes, ringHostAnswers, ringHostDrops:
		text = fmt.Sprintf(ringTexts[step.Kind], commandName(step.B), step.Agent)
	default:
		text = ringTexts[step.Kind]
	}
	return fmt.Sprintf("%-9s %s", who, text)
}

func ringWho(kind uint8) string {
	switch {
	case kind == ringDeviceStores:
		return "device"
	case kind < ringDeviceWakes:
		return "guest"
	case kind >= ringHostTakes && kind <= ringHostDrops:
		return "host"
	}
	return "device"
}

var ringTexts = [ringStepNum]string{
	ringSeesAwake:      "reads DeviceSleep = 0: no doorbell",
	ringSeesSleep:      "reads DeviceSleep = 1",
	ringRings:          "writes DOORBELL",
	ringSeesNumber:     "sees the number of completion %d",
	ringReadsAnswer:    "reads the answer: that of %s",
	ringWantsWake:      "writes GuestWake = 1",
	ringFindsLate:      "looks once more, sees the number of completion %d, writes GuestWake = 0",
	ringHalts:          "looks once more, sees no completion, halts",
	ringFindsNone:      "looks once more, sees no completion",
	ringHaltsLate:      "halts",
	ringTakesInterrupt: "takes the interrupt",
	ringWritesReset:    "writes RESET",
	ringDeviceWakes:    "hears the bell, writes DeviceSleep = 0",
	ringDrowses:        "is idle, writes DeviceSleep = 1",
	ringLooksWork:      "looks once more, sees work, writes DeviceSleep = 0",
	ringLooksEmpty:     "looks once more, sees nothing",
	ringParks:          "parks",
	ringFinds:          "sees the number of submission %d",
	ringLoadsEarly:     "loads the payload before the number: that of %s",
	ringCopies:         "copies the payload: that of %s, and carries it out",
	ringPosts:          "copies the payload: that of %s, and posts its job",
	ringTakesAnswer:    "takes the host's answer: that of %s",
	ringInterrupts:     "reads GuestWake = 1, sends the interrupt",
	ringInterruptsNot:  "sends no interrupt",
	ringHostTakes:      "begins the job of %s, ring %d",
	ringHostAnswers:    "answers the job of %s, ring %d",
	ringHostDrops:      "ends the job of %s, ring %d, which is from before the reset",
	ringResets:         "resets: rings cleared, epoch counted up",
}

func (m *Ring) placeName(at uint8) string {
	ring, offset := at/ringPlaces, at%ringPlaces
	name := ""
	switch {
	case offset < subNumber:
		name = fmt.Sprintf("submission[%d].payload", offset-subPayload)
	case offset < comPayload:
		name = fmt.Sprintf("submission[%d].number", offset-subNumber)
	case offset < comNumber:
		name = fmt.Sprintf("completion[%d].payload", offset-comPayload)
	case offset < deviceSleep:
		name = fmt.Sprintf("completion[%d].number", offset-comNumber)
	case offset == deviceSleep:
		name = "DeviceSleep"
	default:
		name = "GuestWake"
	}
	if m.Rings > 1 {
		return fmt.Sprintf("ring %d %s", ring, name)
	}
	return name
}

func valueName(at, value uint8) string {
	offset := at % ringPlaces
	if offset < subNumber || offset >= comPayload && offset < comNumber {
		return commandName(value)
	}
	return fmt.Sprint(value)
}

// commandName names a payload by its command, from 1 as sequence numbers do.
func commandName(payload uint8) string {
	switch {
	case payload == 0:
		return "nothing"
	case payload>>4 == 0:
		return fmt.Sprintf("command %d", payload&15)
	}
	return fmt.Sprintf("command %d after reset", payload&15)
}
