IO.inspect("\xA")
