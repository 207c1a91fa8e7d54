IO.inspect(1.0e400)
