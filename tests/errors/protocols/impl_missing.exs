defprotocol P do
  def f(x)
end
defimpl P, for: Integer do
end
