IO.puts(1
IO.puts(2)
