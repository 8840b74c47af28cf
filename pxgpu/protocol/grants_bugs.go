package protocol

// GrantsBug is a bug that the model Grants can be given.
type GrantsBug uint8

// The bugs of the authority. NoGrantsBug is the healthy model.
const (
	NoGrantsBug GrantsBug = iota
	BugAckFirst
	BugOneCPU
	BugFlushFirst
	BugMapsLate
	BugAckAnyOrder
	BugGenerationKept
	BugGenerationWraps
	BugHolderIgnored
	BugReturnFirst
	BugFreedAtEnd
	BugRingDrops
	BugQuotaLate
	BugParentReturned
	BugRevokingIsFree
	BugDeadKeepDerived
	BugSpinsDeaf
	BugNumberIgnored
	BugHostNoInterrupt
	BugNoBound
	BugAckBehindJob
)
