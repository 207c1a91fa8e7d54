defprotocol P do
  @spec g(t) :: term
  def f(x)
end
