unquote(1)
