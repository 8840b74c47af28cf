// Package protocol holds small models of the two protocols between CPU and GPU,
// the ring and the authority, and an explorer that visits every state that they
// can reach. What a model breaks is shown as the shortest sequence of steps.
//
// It may import abi and the standard library, nothing else: a model that called
// the code it judges would share its mistakes. It reads no clock and draws no
// random number, so each run gives the same figures.
//
// Invariants: a state is a comparable value of bytes without pointers, unused
// fields are zero, and Next depends on the state alone. Every seeded bug is one
// switch that is off in the healthy models, and every one is caught.
package protocol
