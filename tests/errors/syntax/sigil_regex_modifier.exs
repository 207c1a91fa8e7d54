x = ~r/a/k
