IO.inspect(Foo.{A, B})
