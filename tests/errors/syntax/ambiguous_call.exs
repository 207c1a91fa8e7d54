a = fn x, y -> {x, y} end
IO.inspect 1, inspect 2, 3
