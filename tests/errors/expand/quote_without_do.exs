quote foo: 1
