fn x when some_name(x) -> x end
