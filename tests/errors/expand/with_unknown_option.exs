with a <- 1 do
  a
rescue
  _ -> 1
end
