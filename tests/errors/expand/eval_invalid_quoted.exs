Code.eval_quoted({:foo, 1})
