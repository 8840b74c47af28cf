var most = 1000000, composite = []
function count() {
  var n = 0
  for (var i = 0; i < most; i++) composite[i] = false
  for (var i = 2; i < most; i++) {
    if (composite[i]) continue
    n++
    for (var j = i * i; j < most; j += i) composite[j] = true
  }
  return n
}
for (var k = 0; k < 3; k++) print(count())
