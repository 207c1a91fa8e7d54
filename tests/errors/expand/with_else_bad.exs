with x <- 1 do
  x
else
  2
end
