String.foo(1)
