fn x when x = 1 -> x end
