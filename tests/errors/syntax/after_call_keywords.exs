IO.inspect(1, label: "x", 2)
