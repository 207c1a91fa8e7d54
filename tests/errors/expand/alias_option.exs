alias String, foo: 1
