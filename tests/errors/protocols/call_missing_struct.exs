defprotocol P do
  def f(x)
end
defmodule A do
  defstruct [:a]
end
P.f(struct(A))
