Code.eval_quoted(quote(do: unknown_name + 1))
