// Package machine is one computer that can be made, run, paused, looked into
// and thrown away: Create, Run, Pause, Inspect, Diagnose's evidence, Close.
//
// "The guest failed" (Outcome) and "the laboratory failed" (LabError) are
// different types: the first is what the user came to see, the second is ours.
//
// It must not import fault, memory or architect. Every process it starts dies
// with it; nothing is left in /tmp or /dev/shm.
package machine
