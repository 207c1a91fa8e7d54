import String, only: [foo: 1]
