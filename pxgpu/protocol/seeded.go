package protocol

// Seeded lists models with one bug each. Every one must be caught.
func Seeded() []Instance { return append(seededRing(), seededGrants()...) }

func seededRing() []Instance {
	plain := Ring{Rings: 1, Entries: 2, Commands: 3}
	sleepy := Ring{Rings: 1, Entries: 1, Commands: 2, Sleeps: true}
	jobs := Ring{Rings: 1, Entries: 2, Commands: 3, Jobs: 0b001}
	reset := Ring{Rings: 1, Entries: 2, Commands: 2, Jobs: 0b01, Resets: true}
	weak := Ring{Rings: 1, Entries: 2, Commands: 3, Weak: true}
	two := Ring{Rings: 2, Entries: 1, Commands: 1, Resets: true}
	bug := func(name string, m Ring, b RingBug, about string, wants ...Property) Instance {
		m.Bug = b
		return ringInstance(name, m, about, wants...)
	}
	return []Instance{
		bug("number-first", plain, BugNumberFirst, "the guest writes the number before the payload", WholePayload),
		bug("answer-number-first", plain, BugAnswerNumberFirst, "the device writes the number before the answer", OwnAnswer),
		bug("no-release", weak, BugNoRelease, "the guest's number is no release (weak stores)", WholePayload),
		bug("answer-no-release", weak, BugAnswerNoRelease, "the device's number is no release (weak stores)", OwnAnswer),
		bug("no-acquire", weak, BugNoAcquire, "the device may load the payload before the number", WholePayload),
		bug("no-second-look", plain, BugNoSecondLook, "the device parks without looking once more", NoDeadlock),
		bug("no-fence", plain, BugNoFence, "the guest reads DeviceSleep before its number is out", NoDeadlock),
		bug("device-no-fence", plain, BugDeviceNoFence, "the device looks once more before DeviceSleep is out", NoDeadlock),
		bug("bell-lost", plain, BugBellLost, "the device forgets a bell that rang while it went to sleep", NoDeadlock),
		bug("wake-no-fence", sleepy, BugGuestWakeNoFence, "the guest looks once more before GuestWake is out", NoDeadlock),
		bug("device-wake-no-fence", sleepy, BugDeviceWakeNoFence, "the device reads GuestWake before its number is out", NoDeadlock),
		bug("no-interrupt", sleepy, BugNoInterrupt, "the device does not wake a sleeping guest", NoDeadlock),
		bug("halt-window", sleepy, BugHaltWindow, "the guest takes the interrupt between its last look and HLT", NoDeadlock),
		bug("reused-early", plain, BugReusedEarly, "the guest writes an entry again before it has seen its completion", NotLost),
		bug("any-number", plain, BugAnyNumber, "the device takes an entry whose number is not zero", NotDoubled),
		bug("job-overtaken", jobs, BugJobOvertaken, "the device goes on while a job runs", InOrder),
		bug("job-no-bell", jobs, BugJobNoBell, "the host's answer does not wake the device", NoDeadlock),
		bug("old-epoch", reset, BugOldEpoch, "a job from before the reset is answered after it", NothingOld),
		bug("old-job-writes", reset, BugOldJobWrites, "a job from before the reset still writes VRAM after it", NothingOld),
		bug("reset-keeps-entries", reset, BugResetKeepsEntries, "the reset does not clear the submissions", NothingOld),
		bug("reset-awake", reset, BugResetAwake, "the reset leaves DeviceSleep 0 though the device is parked", NoDeadlock),
		bug("reset-midway", reset, BugResetMidway, "the reset comes in the middle of a command", WholePayload, NothingOld),
		bug("reset-others-run", two, BugResetOthersRun, "another CPU submits while one resets", WholePayload),
	}
}

func seededGrants() []Instance {
	small := Grants{Extents: 1, Slots: 2, Generations: 2, Quota: 1, Ring: 1}
	pair := Grants{Extents: 2, Slots: 3, Generations: 1, Quota: 1, Ring: 2}
	bug := func(name string, m Grants, b GrantsBug, about string, wants ...Property) Instance {
		m.Bug = b
		return grantsInstance(name, m, about, wants...)
	}
	host, deaf, busy := small, small, small
	host.HostRevokes, deaf.Deaf, busy.Jobs = true, true, true
	return []Instance{
		bug("ack-first", small, BugAckFirst, "the kernel acknowledges before it drops the translations", NoUseAfterAck),
		bug("one-cpu", small, BugOneCPU, "only the CPU that serves the revocation drops its translations", NoUseAfterAck),
		bug("flush-first", small, BugFlushFirst, "translations are dropped before the tables are changed", NoUseAfterAck),
		bug("maps-late", small, BugMapsLate, "no lock: a grant is mapped after its revocation was served", NoUseAfterAck),
		bug("return-first", small, BugReturnFirst, "RETURN is sent before the mapping is gone", NoUseAfterAck),
		bug("freed-at-end", small, BugFreedAtEnd, "PROCESS_END frees the extents, not its acknowledgement", NoUseAfterAck),
		bug("ack-any-order", pair, BugAckAnyOrder, "an acknowledgement out of order is accepted", NoUseAfterAck),
		bug("revoking-is-free", small, BugRevokingIsFree, "EXTENT gives what its old owner has not let go of", OneOwner, NoUseAfterAck),
		bug("parent-returned", small, BugParentReturned, "RETURN succeeds though something is derived", ParentLives, NoUseAfterAck),
		bug("dead-keep-derived", small, BugDeadKeepDerived, "the end of a process forgets what was derived for it", NothingOfTheDead, NoUseAfterAck),
		bug("quota-late", pair, BugQuotaLate, "the quota is counted after the command", WithinQuota),
		bug("generation-kept", small, BugGenerationKept, "a slot is used again with the same generation", StaleRefused),
		bug("generation-wraps", small, BugGenerationWraps, "generations of a slot come again after some uses", StaleRefused),
		bug("holder-ignored", small, BugHolderIgnored, "a capability is taken from whoever knows its number", ForgedRefused),
		bug("ring-drops", small, BugRingDrops, "a revocation that finds the ring full is dropped", NoDeadlock, Progress),
		bug("spins-deaf", small, BugSpinsDeaf, "a CPU waits for the lock with interrupts off", NoDeadlock, Progress),
		bug("number-ignored", small, BugNumberIgnored, "the kernel does not look at the number in the completion", NoDeadlock),
		bug("host-no-interrupt", host, BugHostNoInterrupt, "the GPU takes back of itself and sends no interrupt", NoDeadlock),
		bug("no-bound", deaf, BugNoBound, "the GPU waits forever for an acknowledgement", NoDeadlock, Progress),
		bug("ack-behind-job", busy, BugAckBehindJob, "REVOKE_ACK waits in its ring behind a job", ObedientLives),
	}
}
