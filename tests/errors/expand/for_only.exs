for do: 1
