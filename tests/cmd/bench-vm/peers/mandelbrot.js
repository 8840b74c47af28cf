var width = 120, height = 50, most = 500
function steps(cx, cy) {
  var x = 0, y = 0
  for (var n = 0; n < most; n++) {
    var xx = x * x, yy = y * y
    if (xx + yy > 4) return n
    y = 2 * x * y + cy
    x = xx - yy + cx
  }
  return most
}
var total = 0
for (var row = 0; row < height; row++) for (var column = 0; column < width; column++) total += steps(column / width * 3 - 2.2, row / height * 2.4 - 1.2)
print(total)
