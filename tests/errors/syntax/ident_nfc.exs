café = 1
IO.inspect(café)
