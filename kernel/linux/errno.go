package linux

// Errno is an error number of Linux, asm-generic/errno-base.h and errno.h.
type Errno uint64

// Error numbers.
const (
	EPERM     Errno = 1
	ENOENT    Errno = 2
	ESRCH     Errno = 3
	EINTR     Errno = 4
	EIO       Errno = 5
	EBADF     Errno = 9
	EAGAIN    Errno = 11
	ENOMEM    Errno = 12
	EFAULT    Errno = 14
	EEXIST    Errno = 17
	ENOTDIR   Errno = 20
	EMFILE    Errno = 24
	ENOTTY    Errno = 25
	EINVAL    Errno = 22
	ESPIPE    Errno = 29
	EPIPE     Errno = 32
	ENOSYS    Errno = 38
	ETIMEDOUT Errno = 110
)

// errno is an error as a system call returns it.
func errno(e Errno) uint64 { return uint64(-int64(e)) }
