fn a \\ 1 -> a end
