receive do
  x -> x
after
  1
end
