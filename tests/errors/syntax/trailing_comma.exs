IO.inspect(1,)
