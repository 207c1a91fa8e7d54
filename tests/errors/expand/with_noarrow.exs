with 1 do
  2
else
 _ -> 3
end
