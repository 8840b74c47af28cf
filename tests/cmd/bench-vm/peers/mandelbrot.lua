local width, height, most = 120, 50, 500
local function steps(cx, cy)
  local x, y = 0.0, 0.0
  for n = 0, most - 1 do
    local xx, yy = x * x, y * y
    if xx + yy > 4 then return n end
    y = 2 * x * y + cy
    x = xx - yy + cx
  end
  return most
end
local total = 0
for row = 0, height - 1 do for column = 0, width - 1 do
  total = total + steps(column / width * 3 - 2.2, row / height * 2.4 - 1.2)
end end
print(total)
