fn x -> x end = 1
