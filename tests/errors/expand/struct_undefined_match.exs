%Foo{a: 1} = 1
