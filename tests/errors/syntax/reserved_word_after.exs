after = 1
