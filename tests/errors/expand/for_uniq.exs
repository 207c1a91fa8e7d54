for x <- [1], uniq: 1, do: x
