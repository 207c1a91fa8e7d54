x = 1
quote do: foo(unquote_splicing(x))
