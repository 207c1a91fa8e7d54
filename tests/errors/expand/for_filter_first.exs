for true, do: 1
