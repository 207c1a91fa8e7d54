µs = 1
IO.inspect(µs)
