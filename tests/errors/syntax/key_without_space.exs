IO.inspect(a:1)
