IO.puts(1) \
