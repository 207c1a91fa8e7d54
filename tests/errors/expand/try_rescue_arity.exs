try do
  1
rescue
  1, 2 -> 1
end
