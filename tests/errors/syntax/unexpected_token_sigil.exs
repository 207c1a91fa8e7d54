x = 1 ~s(a)
