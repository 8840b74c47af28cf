var size = 150
function a(i, j) { return 1 / ((i + j) * (i + j + 1) / 2 + i + 1) }
function times(v, out) { for (var i = 0; i < size; i++) { var sum = 0; for (var j = 0; j < size; j++) sum += a(i, j) * v[j]; out[i] = sum } }
function timesT(v, out) { for (var i = 0; i < size; i++) { var sum = 0; for (var j = 0; j < size; j++) sum += a(j, i) * v[j]; out[i] = sum } }
var u = [], v = [], t = []
for (var i = 0; i < size; i++) { u[i] = 1; v[i] = 0; t[i] = 0 }
for (var k = 0; k < 10; k++) { times(u, t); timesT(t, v); times(v, t); timesT(t, u) }
var vBv = 0, vv = 0
for (var i = 0; i < size; i++) { vBv += u[i] * v[i]; vv += v[i] * v[i] }
print(Math.sqrt(vBv / vv).toFixed(9))
