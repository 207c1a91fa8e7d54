nil = 1
true = 2
