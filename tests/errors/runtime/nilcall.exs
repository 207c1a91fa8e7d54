x = nil
x.foo
