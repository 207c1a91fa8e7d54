quote line: :foo, do: 1
