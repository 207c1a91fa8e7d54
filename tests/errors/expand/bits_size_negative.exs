<<1::size(-1)>>
# Differs: Elixir warns, and raises when the code runs.
