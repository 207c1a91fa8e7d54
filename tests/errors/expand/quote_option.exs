quote foo: 1, do: 2
