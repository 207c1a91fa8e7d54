IO.inspect(1a)
