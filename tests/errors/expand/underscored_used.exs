_x = 1
IO.inspect(_x)
