cond do
  true -> 1
else
  2
end
