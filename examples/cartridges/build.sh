# Packs the examples into build/cartridges: sh examples/cartridges/build.sh ./pxos
set -eu
pxos=$1
here=examples/cartridges
out=build/cartridges
rm -rf "$out"
mkdir -p "$out/work"
cp -r "$here/mandelbrot" "$here/tally" "$here/kernel" "$out/work/"
"$pxos" vm build examples/pixelvm/mandelbrot/main.go -o "$out/work/mandelbrot/mandelbrot.png"
"$pxos" vm build examples/pixelvm/tally/main.go -o "$out/work/tally/tally.png"
"$pxos" build
cp build/pxos.elf "$out/work/kernel/"
"$pxos" cart pack "$out/work/mandelbrot" -o "$out/mandelbrot.px.png"
"$pxos" cart pack "$out/work/tally" -o "$out/tally.px.png"
"$pxos" cart pack "$here/matmul" -o "$out/matmul.px.png"
"$pxos" cart pack "$here/words" -o "$out/words.px.png"
"$pxos" cart pack "$out/work/kernel" -o "$out/kernel.px.png"
"$pxos" cart pack "$here/signed" -o "$out/signed.px.png"
"$pxos" cart sign "$out/signed.px.png" --key "$out/key"
rm -r "$out/work"
