x = ~w(a b)z
