// Package chat writes conversations as a model's template has them (Jinja, as in the
// metadata of its file).
//
// Templates are programs of strangers, and their language has no limits: each is run in a
// process of its own (Child), with bounds of memory, output and time, after which it is
// ended. It has no files and no network: nothing in the language asks for either.
//
// It imports nothing of this module. Invariant: a template that loops, or takes too much,
// costs a process and an error, never the caller.
package chat
