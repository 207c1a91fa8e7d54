IO.puts("a\u12")
