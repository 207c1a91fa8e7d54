|> foo
