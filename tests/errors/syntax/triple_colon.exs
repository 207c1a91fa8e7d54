IO.inspect(:::)
