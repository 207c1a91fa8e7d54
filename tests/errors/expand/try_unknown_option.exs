try do
  1
foo
  2
end
