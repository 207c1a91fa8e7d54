x = ~ab(1)
