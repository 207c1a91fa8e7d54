Óla = 1
