IO.inspect(:Óla)
