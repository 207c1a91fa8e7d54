IO.puts("a\u{D800}")
