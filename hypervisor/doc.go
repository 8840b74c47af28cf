// Package hypervisor packs programs as cartridges and runs them within limits.
//
// A cartridge is one picture: a manifest and files, every file under its SHA-256 in the
// manifest, the manifest signed or not. Everything is checked before anything runs. Two
// engines are here, the Pixel VM and WGSL; those that need a machine are handed in.
//
// It may import pixel, pixelvm and wgsl, and no other folder of pxOS. Invariants: a
// program gets what its manifest asks for and the caller grants, and nothing else; a
// cartridge that is damaged or leads elsewhere is refused as a whole.
package hypervisor
