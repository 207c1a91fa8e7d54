require String, foo: 1
