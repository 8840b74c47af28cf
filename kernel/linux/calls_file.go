package linux

import "pxos/kernel/sys"

// group says which part of the dispatch has a call.
type group uint8

const (
	groupPlain    group = iota
	groupWaiting        // may wait, or does not return
	groupPath           // names a file
	groupFile           // on an open file
	groupIdentity       // tells or sets who a process is
	groupSocket         // on a socket, or moves from one file to another
)

var groups = [callCount]group{
	sysExit: groupWaiting, sysExitGroup: groupWaiting, sysRtSigreturn: groupWaiting, sysExecve: groupWaiting,
	sysClone: groupWaiting, sysVfork: groupWaiting, sysWait4: groupWaiting, sysWaitid: groupWaiting,
	sysFutex: groupWaiting, sysNanosleep: groupWaiting, sysClockNanosleep: groupWaiting, sysEpollWait: groupWaiting,
	sysEpollPwait: groupWaiting, sysPoll: groupWaiting, sysPpoll: groupWaiting, sysOpen: groupWaiting,
	sysOpenat: groupWaiting,
	sysStat:   groupPath, sysLstat: groupPath, sysNewfstatat: groupPath, sysAccess: groupPath, sysFaccessat: groupPath,
	sysFaccessat2: groupPath, sysMkdir: groupPath, sysMkdirat: groupPath, sysMknod: groupPath, sysMknodat: groupPath,
	sysUnlink: groupPath, sysRmdir: groupPath, sysUnlinkat: groupPath, sysRename: groupPath, sysRenameat: groupPath,
	sysRenameat2: groupPath, sysLink: groupPath, sysLinkat: groupPath, sysSymlink: groupPath, sysSymlinkat: groupPath,
	sysReadlink: groupPath, sysReadlinkat: groupPath, sysTruncate: groupPath, sysUtimensat: groupPath,
	sysChmod: groupPath, sysFchmodat: groupPath, sysFchmodat2: groupPath, sysChown: groupPath, sysLchown: groupPath,
	sysFchownat: groupPath, sysChdir: groupPath, sysGetcwd: groupPath, sysStatfs: groupPath,
	sysRead: groupFile, sysWrite: groupFile, sysPread64: groupFile, sysPwrite64: groupFile, sysReadv: groupFile,
	sysWritev: groupFile, sysClose: groupFile, sysFstat: groupFile, sysLseek: groupFile, sysIoctl: groupFile,
	sysDup: groupFile, sysDup2: groupFile, sysDup3: groupFile, sysFcntl: groupFile, sysFlock: groupFile,
	sysFsync: groupFile, sysFdatasync: groupFile, sysFtruncate: groupFile, sysFchdir: groupFile, sysFchmod: groupFile,
	sysFchown: groupFile, sysFstatfs: groupFile, sysGetdents64: groupFile, sysPipe: groupFile, sysPipe2: groupFile,
	sysEventfd: groupFile, sysEventfd2: groupFile, sysEpollCreate: groupFile, sysEpollCreate1: groupFile,
	sysEpollCtl: groupFile,
	sysGetpid:   groupIdentity, sysGettid: groupIdentity, sysGetppid: groupIdentity, sysSetpgid: groupIdentity,
	sysGetpgid: groupIdentity, sysGetpgrp: groupIdentity, sysGetsid: groupIdentity, sysSetsid: groupIdentity,
	sysSetTidAddress: groupIdentity, sysUmask: groupIdentity, sysSetuid: groupIdentity, sysSetgid: groupIdentity,
	sysPrctl: groupIdentity, sysGetpriority: groupIdentity, sysTimes: groupIdentity, sysGetcpu: groupIdentity,
	sysGetuid: groupIdentity, sysGetgid: groupIdentity, sysGeteuid: groupIdentity, sysGetegid: groupIdentity,
	sysSchedYield: groupIdentity,
	sysSocket:     groupSocket, sysConnect: groupSocket, sysAccept: groupSocket, sysSendto: groupSocket,
	sysRecvfrom: groupSocket, sysSendmsg: groupSocket, sysRecvmsg: groupSocket, sysShutdown: groupSocket,
	sysBind: groupSocket, sysListen: groupSocket, sysGetsockname: groupSocket, sysGetpeername: groupSocket,
	sysSocketpair: groupSocket, sysSetsockopt: groupSocket, sysGetsockopt: groupSocket, sysAccept4: groupSocket,
	sysSplice: groupSocket, sysSendfile: groupSocket,
}

// invokeFile has the calls on open files.
func (s *System) invokeFile(t *thread, n uint64, a *arguments) (result uint64, done bool) {
	p, sp := t.process, t.space
	switch n {
	case sysPipe, sysPipe2:
		flags := a[1]
		if n == sysPipe {
			flags = 0
		}
		return s.pipe2(p, sp, a[0], flags), true
	case sysEventfd, sysEventfd2:
		flags := a[1]
		if n == sysEventfd {
			flags = 0
		}
		return s.eventfd(p, a[0], flags), true
	case sysEpollCreate, sysEpollCreate1:
		flags := a[0]
		if n == sysEpollCreate {
			flags = 0
		}
		_, fd := s.openKind(p, kindEpoll, flags)
		return fd, true
	}
	fd := a[0] & 0xFFFFFFFF
	f := p.file(fd)
	if f == nil {
		return sys.EBADF.Result(), true
	}
	switch n {
	case sysRead, sysPread64, sysReadv, sysWrite, sysPwrite64, sysWritev:
		return s.move(t, f, n, a)
	case sysIoctl:
		if f.kind == kindCompute && f.compute != nil {
			return s.ioctlCompute(t, f.compute, a[1]&0xFFFFFFFF, a[2])
		}
	case sysEpollCtl:
		return s.epollCtl(t, fd, a[1], a[2]&0xFFFFFFFF, a[3]), true
	}
	return s.invokeOpen(t, f, fd, n, a), true
}

// invokeOpen has the calls on an open file that move no bytes.
func (s *System) invokeOpen(t *thread, f *file, fd, n uint64, a *arguments) uint64 {
	p := t.process
	switch n {
	case sysClose:
		return s.closeDescriptor(p, fd).Result()
	case sysFstat:
		return s.fstat(t, fd, a[1])
	case sysLseek:
		return s.lseek(f, a[1], a[2])
	case sysIoctl:
		return s.ioctl(t, f, a[1]&0xFFFFFFFF, a[2])
	case sysDup:
		return s.dup(p, fd, 0, false, 0)
	case sysDup2, sysDup3:
		to, flags := a[1]&0xFFFFFFFF, a[2]
		if n == sysDup2 {
			if flags = 0; to == fd {
				return fd
			}
		}
		if to == fd || flags&^sys.O_CLOEXEC != 0 {
			return sys.EINVAL.Result()
		}
		return s.dup(p, fd, to, true, flags)
	case sysFcntl:
		return s.fcntl(p, fd, a[1]&0xFFFFFFFF, a[2])
	case sysFtruncate:
		return s.ftruncate(p, fd, a[1])
	case sysFchdir:
		i, e := p.inodeOf(fd)
		if e == sys.EINVAL {
			e = sys.ENOTDIR
		}
		return s.chdir(p, i, e)
	case sysFchmod:
		i, e := p.inodeOf(fd)
		if e == 0 {
			s.Files.Chmod(i, uint32(a[1])&0o7777, s.time())
		}
		return e.Result()
	case sysFstatfs:
		return s.statfs(t.space, a[1])
	case sysGetdents64:
		return s.getdents64(t, fd, a[1], a[2])
	case sysFsync, sysFdatasync:
		if f.kind != kindTree {
			return sys.EINVAL.Result()
		}
	}
	return 0 // flock, fchown, fsync: nothing is to be done
}

// move has the calls that read and write.
func (s *System) move(t *thread, f *file, n uint64, a *arguments) (result uint64, done bool) {
	if (n == sysPread64 || n == sysPwrite64) && int64(a[3]) < 0 {
		return sys.EINVAL.Result(), true // whatever the file is open for
	}
	reads := n == sysRead || n == sysPread64 || n == sysReadv
	if reads && !f.canRead() || !reads && (!f.canWrite() || f.flags&sys.O_PATH != 0) {
		return sys.EBADF.Result(), true
	}
	x := transfer{addr: a[1], n: a[2]}
	switch n {
	case sysPread64, sysPwrite64:
		switch f.kind {
		case kindTree, kindShare, kindGenerated, kindDevice, kindCompute, kindFrame:
		default:
			return sys.ESPIPE.Result(), true
		}
		x.placed, x.at = true, a[3]
	case sysReadv, sysWritev:
		if f.kind == kindSocket {
			return s.moveVectors(t, f, a, reads)
		}
		return s.moveMany(t, f, reads, a)
	}
	if int64(a[2]) < 0 {
		return sys.EINVAL.Result(), true
	}
	if reads {
		return s.read(t, f, x)
	}
	return s.write(t, f, x)
}

// moveMany has readv and writev: as many reads or writes, up to the first that is
// short. Only the first may wait: then the call is made again from the start.
func (s *System) moveMany(t *thread, f *file, reads bool, a *arguments) (result uint64, done bool) {
	const most = 1024
	if a[2] > most {
		return sys.EINVAL.Result(), true
	}
	total, flags := uint64(0), f.flags
	for i := uint64(0); i < a[2]; i++ {
		var w [2]uint64
		if !getWords(t.space, w[:], a[1]+16*i) {
			return moved(total), true
		}
		if w[1] == 0 {
			continue
		}
		if total > 0 {
			f.flags |= sys.O_NONBLOCK
		}
		var got uint64
		if reads {
			got, done = s.read(t, f, transfer{addr: w[0], n: w[1]})
		} else {
			got, done = s.write(t, f, transfer{addr: w[0], n: w[1]})
		}
		f.flags = flags
		if !done {
			return 0, false
		}
		if int64(got) < 0 {
			if total > 0 {
				got = total
			}
			return got, true
		}
		total += got
		t.done = 0
		if got < w[1] {
			break
		}
	}
	return total, true
}

// invokePath has the calls whose first arguments name a file.
func (s *System) invokePath(t *thread, n uint64, a *arguments) uint64 {
	p := t.process
	switch n {
	case sysStat:
		return s.newfstatat(t, atCWD, a[0], a[1], 0)
	case sysLstat:
		return s.newfstatat(t, atCWD, a[0], a[1], atSymlinkNoFollow)
	case sysNewfstatat:
		return s.newfstatat(t, a[0], a[1], a[2], a[3])
	case sysAccess:
		return s.access(t, atCWD, a[0], a[1], 0)
	case sysFaccessat:
		return s.access(t, a[0], a[1], a[2], 0)
	case sysFaccessat2:
		if a[3]&^(atSymlinkNoFollow|atEAccess|atEmptyPath) != 0 || a[2] > 7 {
			return sys.EINVAL.Result()
		}
		return s.access(t, a[0], a[1], a[2], a[3])
	case sysReadlink:
		return s.readlinkat(t, atCWD, a[0], a[1], a[2])
	case sysReadlinkat:
		return s.readlinkat(t, a[0], a[1], a[2], a[3])
	case sysTruncate:
		i, e := s.lookup(t, atCWD, a[0], true)
		if e != 0 {
			return e.Result()
		}
		return s.truncate(i, a[1])
	case sysUtimensat:
		return s.utimensat(t, a[0], a[1], a[2], a[3])
	case sysChmod:
		return s.chmodat(t, atCWD, a[0], a[1], 0)
	case sysFchmodat:
		return s.chmodat(t, a[0], a[1], a[2], 0)
	case sysFchmodat2:
		return s.chmodat(t, a[0], a[1], a[2], a[3])
	case sysChown:
		return s.access(t, atCWD, a[0], 0, 0)
	case sysLchown:
		return s.access(t, atCWD, a[0], 0, atSymlinkNoFollow)
	case sysFchownat:
		return s.access(t, a[0], a[1], 0, a[4])
	case sysChdir:
		i, e := s.lookup(t, atCWD, a[0], true)
		return s.chdir(p, i, e)
	case sysGetcwd:
		return s.getcwd(t, a[0], a[1])
	case sysStatfs:
		if _, e := s.lookup(t, atCWD, a[0], true); e != 0 {
			return e.Result()
		}
		return s.statfs(t.space, a[1])
	}
	return s.invokeEntry(t, n, a)
}

// invokeEntry has the calls that make, move and remove names.
func (s *System) invokeEntry(t *thread, n uint64, a *arguments) uint64 {
	switch n {
	case sysMkdir:
		return s.mkdirat(t, atCWD, a[0], a[1])
	case sysMkdirat:
		return s.mkdirat(t, a[0], a[1], a[2])
	case sysMknod:
		return s.mknodat(t, atCWD, a[0], a[1], a[2])
	case sysMknodat:
		return s.mknodat(t, a[0], a[1], a[2], a[3])
	case sysUnlink:
		return s.unlinkat(t, atCWD, a[0], 0)
	case sysRmdir:
		return s.unlinkat(t, atCWD, a[0], atRemoveDir)
	case sysUnlinkat:
		return s.unlinkat(t, a[0], a[1], a[2])
	case sysRename:
		return s.renameat2(t, atCWD, a[0], atCWD, a[1], 0)
	case sysRenameat:
		return s.renameat2(t, a[0], a[1], a[2], a[3], 0)
	case sysRenameat2:
		return s.renameat2(t, a[0], a[1], a[2], a[3], a[4])
	case sysLink:
		return s.linkat(t, atCWD, a[0], atCWD, a[1], 0)
	case sysLinkat:
		return s.linkat(t, a[0], a[1], a[2], a[3], a[4])
	case sysSymlink:
		return s.symlinkat(t, a[0], atCWD, a[1])
	case sysSymlinkat:
		return s.symlinkat(t, a[0], a[1], a[2])
	}
	return sys.ENOSYS.Result()
}
