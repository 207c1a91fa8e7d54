x = ~Ab(1)
