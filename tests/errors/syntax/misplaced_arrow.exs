case 1 do
  1
  2 -> 3
end
