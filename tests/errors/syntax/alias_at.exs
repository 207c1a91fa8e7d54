Foo@bar
