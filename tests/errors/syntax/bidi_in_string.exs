IO.puts("a ‮ b")
