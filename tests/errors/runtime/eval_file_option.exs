Code.eval_string("a +\nb", [], file: "some.exs", line: 10)
