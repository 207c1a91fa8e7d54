<<a::size(n)>> = "a"
