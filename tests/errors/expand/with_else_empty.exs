with x <- 1 do
  x
else
end
