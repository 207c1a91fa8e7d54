with :a <- 1 do
  1
else
  1, 2 -> 2
end
