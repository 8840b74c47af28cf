local size = 150
local function a(i, j) local s = (i + j) * (i + j + 1) / 2 + i + 1 return 1 / s end
local function times(v, out)
  for i = 0, size - 1 do local sum = 0.0 for j = 0, size - 1 do sum = sum + a(i, j) * v[j] end out[i] = sum end
end
local function timesT(v, out)
  for i = 0, size - 1 do local sum = 0.0 for j = 0, size - 1 do sum = sum + a(j, i) * v[j] end out[i] = sum end
end
local u, v, t = {}, {}, {}
for i = 0, size - 1 do u[i] = 1.0 v[i] = 0.0 t[i] = 0.0 end
for _ = 1, 10 do times(u, t) timesT(t, v) times(v, t) timesT(t, u) end
local vBv, vv = 0.0, 0.0
for i = 0, size - 1 do vBv = vBv + u[i] * v[i] vv = vv + v[i] * v[i] end
print(string.format("%.9f", math.sqrt(vBv / vv)))
