# a ‮ b
IO.puts(1)
