fn x when (case x do _ -> true end) -> x end
