IO.inspect(Code.string_to_quoted("1 +"))
IO.inspect(Code.string_to_quoted("foo(1]"))
IO.inspect(Code.string_to_quoted("end"))
Code.string_to_quoted!("a b c: 1 d")
