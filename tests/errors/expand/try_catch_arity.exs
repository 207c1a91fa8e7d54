try do
  1
catch
  1, 2, 3 -> 1
end
