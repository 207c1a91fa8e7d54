IO.inspect(not 1 in [1])
IO.inspect(!1 in [1])
