x && true = 1
