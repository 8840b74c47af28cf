//go:build !linux

package cm

func hugePages([]byte) {}
