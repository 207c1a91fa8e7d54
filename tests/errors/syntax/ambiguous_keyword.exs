IO.inspect [a: 1], label: max 1, 2
