try do
  1
else
  2 -> 3
end
