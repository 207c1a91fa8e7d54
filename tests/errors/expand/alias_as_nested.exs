alias String, as: Foo.Bar
