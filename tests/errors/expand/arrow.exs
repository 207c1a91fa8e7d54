Code.eval_quoted({:->, [line: 1], [[1], 2]})
