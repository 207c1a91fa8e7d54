Foo.{Bar, Baz}
