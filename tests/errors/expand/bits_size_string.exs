<<1::size("a")>>
# Differs: Elixir warns, and raises when the code runs.
