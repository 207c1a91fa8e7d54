defmodule Idle do
  @speed 1
  def run(x) do
    1
    :ok
    "str"
    1.5
    x
    @speed
    [1, 2]
    {x, 1}
    :final
  end
end
