receive [foo: 1]
