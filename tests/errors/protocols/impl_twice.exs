defprotocol P do
  def f(x)
end
defimpl P, for: Integer do
  def f(x), do: x
end
defimpl P, for: Integer do
  def f(x), do: x
end
