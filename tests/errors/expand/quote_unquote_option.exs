quote unquote: 1, do: 2
