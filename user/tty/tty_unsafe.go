package tty

import (
	"syscall"
	"unsafe"
)

type termios = syscall.Termios

func ioctl(fd int, request uintptr, argument unsafe.Pointer) error {
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), request, uintptr(argument)); e != 0 {
		return e
	}
	return nil
}

// Raw has the terminal hand over each byte as it comes, without echo, and gives the mode
// that was set before. What is written still has its line ends made fit.
func Raw(fd int) (Mode, error) {
	var m Mode
	if err := ioctl(fd, syscall.TCGETS, unsafe.Pointer(&m.words)); err != nil {
		return m, ErrNone
	}
	raw := m.words
	raw.Iflag &^= syscall.ICRNL | syscall.IXON | syscall.ISTRIP | syscall.BRKINT
	raw.Lflag &^= syscall.ICANON | syscall.ECHO | syscall.ISIG | syscall.IEXTEN
	raw.Cc[syscall.VMIN], raw.Cc[syscall.VTIME] = 1, 0
	return m, ioctl(fd, syscall.TCSETS, unsafe.Pointer(&raw))
}

// Set puts a mode back.
func Set(fd int, m Mode) error { return ioctl(fd, syscall.TCSETS, unsafe.Pointer(&m.words)) }

// Foreground gives the terminal to a process group: Ctrl-C is for it.
func Foreground(fd, group int) error {
	g := int32(group)
	return ioctl(fd, syscall.TIOCSPGRP, unsafe.Pointer(&g))
}

// Columns is how wide the terminal is, 0 where that is not known.
func Columns(fd int) int {
	var size [4]uint16
	if ioctl(fd, syscall.TIOCGWINSZ, unsafe.Pointer(&size)) != nil {
		return 0
	}
	return int(size[1])
}
