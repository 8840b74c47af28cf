// Package picture draws the memory of a pxOS machine as a PNG: one tile for each
// extent, coloured by who owns it.
//
// It may import abi, and must not import the rest of pxgpu: it knows tables, not
// the device.
//
// Invariants: the same tables give the same bytes; RAM that does not exist is
// left out, and the picture says where; every colour and mark in it stands in
// the legend.
package picture
