fn x when x.y.z() -> x end
