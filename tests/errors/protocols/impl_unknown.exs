defprotocol P do
  def f(x)
end
defimpl P, for: Foo do
  def f(x), do: x
end
