package protocol

// RingBug is a bug that the model Ring can be given.
type RingBug uint8

// The bugs of the ring. NoRingBug is the healthy model.
const (
	NoRingBug RingBug = iota
	BugNumberFirst
	BugAnswerNumberFirst
	BugNoRelease
	BugAnswerNoRelease
	BugNoAcquire
	BugNoSecondLook
	BugNoFence
	BugDeviceNoFence
	BugGuestWakeNoFence
	BugDeviceWakeNoFence
	BugNoInterrupt
	BugHaltWindow
	BugBellLost
	BugReusedEarly
	BugAnyNumber
	BugJobOvertaken
	BugJobNoBell
	BugOldEpoch
	BugOldJobWrites
	BugResetKeepsEntries
	BugResetAwake
	BugResetMidway
	BugResetOthersRun
)
