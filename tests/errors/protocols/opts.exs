defprotocol P do
  def f(x)
end
defimpl P, foo: Integer do
  def f(x), do: x
end
