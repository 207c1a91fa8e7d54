for x <- [1], reduce: 0 do
  a, b -> 1
end
