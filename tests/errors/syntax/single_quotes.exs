IO.inspect('abc')
