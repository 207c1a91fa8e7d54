x = 1
quote do: foo.unquote(x)
