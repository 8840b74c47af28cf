// Package architect is the loop: build, test, analyze, learn, fix. It takes a
// kernel that does not come up, reads the diagnosis, lets proposers suggest
// repairs, holds each against the gates, proves one by booting it, and keeps
// the lesson.
//
// It may import everything above it in docs/architecture.md; only cmd/pxos
// imports it. Invariants: the user's tree is read and never written (Apply does
// that, on request); a candidate is data until every gate before the boot has
// passed; what was accepted passed all gates; the same seed, source and memory
// give the same result.
package architect
