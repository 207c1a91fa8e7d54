IO.inspect([()])
