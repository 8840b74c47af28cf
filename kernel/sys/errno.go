// Package sys has the numbers of Linux's interface to programs that more than one
// package of the kernel needs: errors, flags of open, modes of files.
//
// It imports nothing. Names are those of Linux's headers.
package sys

// Errno is an error number, asm-generic/errno-base.h and errno.h. 0 is no error.
type Errno uint64

// Error numbers.
const (
	EPERM           Errno = 1   // operation not permitted
	ENOENT          Errno = 2   // no such file or directory
	ESRCH           Errno = 3   // no such process
	EINTR           Errno = 4   // interrupted
	EIO             Errno = 5   // input/output error
	ENXIO           Errno = 6   // no such device or address
	E2BIG           Errno = 7   // argument list too long
	ENOEXEC         Errno = 8   // not a program
	EBADF           Errno = 9   // bad file descriptor
	ECHILD          Errno = 10  // no child processes
	EAGAIN          Errno = 11  // try again
	ENOMEM          Errno = 12  // out of memory
	EACCES          Errno = 13  // permission denied
	EFAULT          Errno = 14  // bad address
	EBUSY           Errno = 16  // busy
	EEXIST          Errno = 17  // exists already
	EXDEV           Errno = 18  // across file systems
	ENODEV          Errno = 19  // no such device
	ENOTDIR         Errno = 20  // not a directory
	EISDIR          Errno = 21  // is a directory
	EINVAL          Errno = 22  // invalid argument
	ENFILE          Errno = 23  // too many open files in the system
	EMFILE          Errno = 24  // too many open files
	ENOTTY          Errno = 25  // not a terminal
	ETXTBSY         Errno = 26  // program is being run
	EFBIG           Errno = 27  // file too large
	ENOSPC          Errno = 28  // no space left
	ESPIPE          Errno = 29  // cannot seek
	EROFS           Errno = 30  // read-only file system
	EMLINK          Errno = 31  // too many links
	EPIPE           Errno = 32  // broken pipe
	EDOM            Errno = 33  // out of the domain
	ERANGE          Errno = 34  // result too large
	ENAMETOOLONG    Errno = 36  // name too long
	ENOSYS          Errno = 38  // no such system call
	ENOTEMPTY       Errno = 39  // directory not empty
	ELOOP           Errno = 40  // too many symbolic links
	EREMOTE         Errno = 66  // lies elsewhere
	EPROTO          Errno = 71  // protocol error
	EOVERFLOW       Errno = 75  // value too large
	ENOTSOCK        Errno = 88  // not a socket
	EDESTADDRREQ    Errno = 89  // no destination address
	EMSGSIZE        Errno = 90  // message too long
	EPROTOTYPE      Errno = 91  // wrong protocol for the socket
	ENOPROTOOPT     Errno = 92  // no such option
	EPROTONOSUPPORT Errno = 93  // protocol not supported
	ESOCKTNOSUPPORT Errno = 94  // socket type not supported
	EOPNOTSUPP      Errno = 95  // operation not supported
	EAFNOSUPPORT    Errno = 97  // address family not supported
	EADDRINUSE      Errno = 98  // address in use
	EADDRNOTAVAIL   Errno = 99  // address not available
	ENETUNREACH     Errno = 101 // network unreachable
	ECONNABORTED    Errno = 103 // connection aborted
	ECONNRESET      Errno = 104 // connection reset
	ENOBUFS         Errno = 105 // no buffer space
	EISCONN         Errno = 106 // connected already
	ENOTCONN        Errno = 107 // not connected
	ETOOMANYREFS    Errno = 109 // too many files on their way
	ETIMEDOUT       Errno = 110 // timed out
	ECONNREFUSED    Errno = 111 // connection refused
	EHOSTUNREACH    Errno = 113 // host unreachable
	EALREADY        Errno = 114 // in progress already
	EINPROGRESS     Errno = 115 // in progress
)

// Result is an error as a system call returns it: its negative.
func (e Errno) Result() uint64 { return uint64(-int64(e)) }
