cond [foo: 1]
