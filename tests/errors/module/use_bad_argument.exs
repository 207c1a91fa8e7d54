use 1
