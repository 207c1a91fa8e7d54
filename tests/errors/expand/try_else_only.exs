try do
  1
else
  _ -> 2
end
