cond do
  _ -> 1
end
