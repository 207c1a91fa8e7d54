try [foo: 1]
