try do
  1
after
  x -> 1
end
