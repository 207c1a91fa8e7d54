import String, foo: 1
