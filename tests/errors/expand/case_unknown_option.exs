case 1 do
  1 -> 2
after
  3
end
