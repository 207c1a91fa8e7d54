IO.inspect(when)
