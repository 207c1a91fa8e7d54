IO.puts("a\u{FFFFFF}")
