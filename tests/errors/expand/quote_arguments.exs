quote 1, 2
