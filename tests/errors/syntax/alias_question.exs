IO.inspect(Foo?)
