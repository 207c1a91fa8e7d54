IO.inspect(:foo.Bar)
