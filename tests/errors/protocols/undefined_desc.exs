defprotocol P do
  @undefined_impl_description "do this"
  def f(x)
end
P.f(1)
