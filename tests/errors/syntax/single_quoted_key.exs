IO.inspect(['a b': 1])
