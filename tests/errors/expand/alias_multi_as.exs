alias Foo.{Bar, Baz}, as: X
