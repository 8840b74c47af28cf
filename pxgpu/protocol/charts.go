package protocol

// The three pictures of docs/mailbox-states.svg: where the boxes stand and how
// the arrows run. Which arrows there are is not decided here; see Picture.

// tone says in whose hands a thing is.
type tone uint8

const (
	ofGuest tone = iota
	ofDevice
	ofHost
	ofNobody
)

type box struct {
	phase string
	x, y  int // centre
	tone  tone
}

type arrow struct {
	from, to string
	kinds    []uint8  // every one of them is met
	path     string   // of an SVG path
	text     []string // lines
	x, y     int      // middle of the first line
}

type chart struct {
	title   string
	height  int
	boxes   []box
	arrows  []arrow
	anytime map[uint8]string // kinds that lead to one phase from many others
	note    string
}

func entryChart() chart {
	return chart{
		title: "An entry of a ring", height: 300,
		boxes: []box{
			{phaseGuests, 110, 110, ofGuest}, {phaseSubmitted, 360, 110, ofDevice}, {phaseDevices, 610, 110, ofDevice},
			{phaseCompleted, 880, 110, ofGuest}, {phasePosted, 360, 225, ofHost}, {phaseRunning, 610, 225, ofHost},
			{phaseAnswered, 860, 225, ofDevice},
		},
		arrows: []arrow{
			{phaseGuests, phaseSubmitted, []uint8{ringGuestStores}, "M175 110 H289", []string{"sequence number", "is in memory"}, 232, 84},
			{phaseSubmitted, phaseDevices, []uint8{ringFinds}, "M425 110 H539", []string{"the next number:", "copied"}, 482, 84},
			{phaseDevices, phaseCompleted, []uint8{ringDeviceStores}, "M675 110 H809", []string{"sequence number", "is in memory"}, 742, 84},
			{phaseCompleted, phaseGuests, []uint8{ringReadsAnswer}, "M880 88 V58 Q880 46 868 46 H122 Q110 46 110 58 V82",
				[]string{"the guest sees the number and reads the answer; the entry is free for submission k + N"}, 495, 40},
			{phaseDevices, phasePosted, []uint8{ringPosts}, "M565 132 L430 200", []string{"GPU_EXECUTE"}, 434, 168},
			{phasePosted, phaseRunning, []uint8{ringHostTakes}, "M425 225 H539", []string{"host begins"}, 482, 216},
			{phaseRunning, phaseAnswered, []uint8{ringHostAnswers}, "M675 225 H789", []string{"host answers"}, 732, 216},
			{phaseAnswered, phaseDevices, []uint8{ringTakesAnswer}, "M795 203 L661 137", []string{"taken; the ring goes on"}, 822, 168},
		},
		anytime: map[uint8]string{ringResets: phaseGuests},
		note:    "RESET, between two commands, gives every entry back to the guest; a job that still runs is of an older epoch and answers nobody.",
	}
}

func deviceChart() chart {
	return chart{
		title: "The device", height: 210,
		boxes: []box{{phaseParked, 130, 95, ofNobody}, {phaseAwake, 500, 95, ofDevice}, {phaseDrowsy, 870, 95, ofNobody}},
		arrows: []arrow{
			{phaseParked, phaseAwake, []uint8{ringDeviceWakes}, "M195 86 H429", []string{"bell: DeviceSleep = 0"}, 312, 77},
			{phaseAwake, phaseParked, []uint8{ringResets}, "M435 106 H201", []string{"RESET: DeviceSleep = 1"}, 318, 124},
			{phaseAwake, phaseDrowsy, []uint8{ringDrowses}, "M565 86 H799", []string{"idle: DeviceSleep = 1, fence"}, 682, 77},
			{phaseDrowsy, phaseAwake, []uint8{ringLooksWork}, "M805 106 H571", []string{"looks once more, sees work:", "DeviceSleep = 0"}, 688, 124},
			{phaseDrowsy, phaseParked, []uint8{ringParks}, "M870 117 V153 Q870 165 858 165 H142 Q130 165 130 153 V123",
				[]string{"looks once more, sees nothing"}, 500, 158},
		},
		note: "The bell is a DOORBELL of the guest or an answer of the host. It stays until it is heard, also when it rings before the parking.",
	}
}

func slotChart() chart {
	return chart{
		title: "A capability and its revocation", height: 250,
		boxes: []box{
			{phaseFree, 100, 110, ofNobody}, {phaseLive, 300, 110, ofGuest}, {phaseRevoked, 500, 110, ofGuest},
			{phaseUnmapped, 700, 110, ofGuest}, {phaseShotDown, 900, 110, ofGuest},
		},
		arrows: []arrow{
			{phaseFree, phaseLive, []uint8{grantsExtentGiven, grantsDerives}, "M165 101 H229", []string{"EXTENT,", "DERIVE"}, 198, 78},
			{phaseLive, phaseFree, []uint8{grantsReturned}, "M235 119 H171", []string{"RETURN"}, 202, 137},
			{phaseLive, phaseRevoked, []uint8{grantsRevokes, grantsProcessEnd}, "M365 110 H429", []string{"REVOKE,", "end of the", "process"}, 398, 68},
			{phaseRevoked, phaseUnmapped, []uint8{grantsUnmaps}, "M565 110 H629", []string{"out of", "the page", "tables"}, 598, 68},
			{phaseUnmapped, phaseShotDown, []uint8{grantsFlushed}, "M765 110 H829", []string{"every", "CPU's", "TLB"}, 798, 68},
			{phaseShotDown, phaseFree, []uint8{grantsAcks}, "M900 132 V173 Q900 185 888 185 H112 Q100 185 100 173 V138",
				[]string{"REVOKE_ACK, acknowledged in order: the slot is free, its next capability is of another generation"}, 500, 178},
		},
		anytime: map[uint8]string{grantsEnds: phaseGuestEnded},
		note:    "From \"posted\" on no command takes the capability any more. A guest that does not acknowledge within the bound is ended.",
	}
}
