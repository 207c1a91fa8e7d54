(a; b) = 1
# Differs: Elixir's back end crashes.
