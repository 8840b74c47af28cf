package amd64

import "unsafe"

func address(p *byte) uint64 { return uint64(uintptr(unsafe.Pointer(p))) }

func addressWord(p *uint64) uint64 { return uint64(uintptr(unsafe.Pointer(p))) }
