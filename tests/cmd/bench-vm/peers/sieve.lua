local most = 1000000
local composite = {}
local function count()
  local n = 0
  for i = 0, most - 1 do composite[i] = false end
  for i = 2, most - 1 do
    if not composite[i] then
      n = n + 1
      for j = i * i, most - 1, i do composite[j] = true end
    end
  end
  return n
end
for _ = 1, 3 do print(count()) end
