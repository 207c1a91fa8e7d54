IO.inspect(["foo": 1])
