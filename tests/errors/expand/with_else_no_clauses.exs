with :a <- 1 do
  1
else
  2
end
