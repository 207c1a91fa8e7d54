quote context: 1, do: 1
