IO.puts(~S(a\)b))
