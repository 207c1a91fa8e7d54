cond do
  _x -> 1
end
