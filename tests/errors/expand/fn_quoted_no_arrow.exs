Code.eval_quoted({:fn, [line: 1], [1]})
# Differs: Elixir shows a function clause error of its expander.
