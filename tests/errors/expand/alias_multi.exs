alias Foo.{Bar, baz}
