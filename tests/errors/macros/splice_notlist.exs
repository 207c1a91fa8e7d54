quote do: [unquote_splicing(1)]
