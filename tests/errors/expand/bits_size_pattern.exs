<<x::size(1.5)>> = <<1>>
# Differs: Elixir never matches.
