defprotocol P do
  def f(x)
end
defimpl P, for: 1 do
  def f(x), do: x
end
