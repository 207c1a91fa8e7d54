defmodule Order do
  alias Foo.Unused
  import List
  @behaviour GenServer
  @attr 1
  defp unused(x), do: 1
  def call, do: NoMod.x()
  def init(_), do: (1 + 1; 2)
  def last(_), do: 1
  def last(_), do: 2
  bodyvar = 1
  @impl true
  def bogus, do: 1
end
