package protocol

// Property is what a model must keep.
type Property uint8

// The properties of both protocols. None means that nothing is broken.
const (
	None Property = iota
	NotLost
	NotDoubled
	InOrder
	WholePayload
	OwnAnswer
	NothingOld
	NoUseAfterAck
	OneOwner
	ParentLives
	WithinQuota
	StaleRefused
	ForgedRefused
	NothingOfTheDead
	ObedientLives
	NoDeadlock
	Progress
	propertyNum
)

var propertyNames = [propertyNum]string{
	None:             "none",
	NotLost:          "no command is lost",
	NotDoubled:       "no command is done twice",
	InOrder:          "completions come in order",
	WholePayload:     "the device reads whole submissions",
	OwnAnswer:        "completion k answers submission k",
	NothingOld:       "nothing from before a reset is seen after it",
	NoUseAfterAck:    "no use after the acknowledgement",
	OneOwner:         "one owner for each extent",
	ParentLives:      "a derived capability does not outlive its parent",
	WithinQuota:      "no process has more than its quota",
	StaleRefused:     "a stale capability is refused",
	ForgedRefused:    "a forged capability is refused",
	NothingOfTheDead: "nothing is left to a dead process",
	ObedientLives:    "a guest that obeys is not ended",
	NoDeadlock:       "no deadlock",
	Progress:         "everything can still come to its end",
}

func (p Property) String() string { return propertyNames[p] }
