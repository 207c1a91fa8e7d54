case 1 do
  2 -> 3
end
