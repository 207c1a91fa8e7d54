IO.puts("a #{1 + 2"
