IO.inspect(quote do: 1 +++ +2)
IO.inspect(quote do: 1 ++++2)
