defmodule A do
  def f(x) do
    is_atom(x)
    x == 1
    [x]
    {x, 1}
    %{a: x}
    "#{x}"
    fn -> x end
    &(&1 + x)
    :ok
  end
end
