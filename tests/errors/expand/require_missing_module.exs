require Foo.Bar
