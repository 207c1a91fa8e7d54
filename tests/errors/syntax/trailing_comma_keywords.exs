IO.inspect(1, label: "a",)
