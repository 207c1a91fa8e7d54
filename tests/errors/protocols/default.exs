defprotocol P do
  def f(x \\ 1)
end
