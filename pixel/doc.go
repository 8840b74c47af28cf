// Package pixel is the root of God Pixel: bytes to bytes, nothing else.
// codec compresses, seed makes tiles out of one pixel, picture puts a payload into
// the pixels of a PNG, store keeps tiles by content.
//
// It must not import any other folder of pxOS. Invariant of all packages below:
// every byte given comes back exactly, or an error says which bytes did not.
package pixel

const (
	// TileSide is the width and height of a tile in pixels.
	TileSide = 128
	// PixelBytes is the size of a pixel: R, G, B, A.
	PixelBytes = 4
	// TilePixels is the number of pixels of a tile, and so the fan-out of a tree
	// whose nodes are tiles.
	TilePixels = TileSide * TileSide
	// TileBytes is the size of a tile: 65,536 bytes, 16,384 times one pixel.
	TileBytes = TilePixels * PixelBytes
)
