:foo.()
# Differs: Elixir finds it in its back end, without a place.
