<<1::size(2)-unit(300)>>
# Differs: Elixir's back end crashes.
