&foo/1 = 1
