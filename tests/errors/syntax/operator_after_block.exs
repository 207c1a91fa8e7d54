x = if true do 1 end + max 1, 2
IO.inspect(x)
