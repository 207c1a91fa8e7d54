try do
  1
rescue
  x in 1 -> 1
end
