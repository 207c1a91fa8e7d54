defprotocol P do
  defstruct [:a]
  def f(x)
end
