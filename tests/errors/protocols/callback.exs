defprotocol P do
  @callback f(t) :: term
  def f(x)
end
