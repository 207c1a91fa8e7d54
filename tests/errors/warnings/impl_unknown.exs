defmodule Shape do
  @callback area(term) :: number
  @callback name() :: String.t()
  @macrocallback build(term) :: Macro.t()
  @optional_callbacks name: 0, build: 1
end

defmodule Square do
  @behaviour Shape
  @impl true
  def area(_), do: 1
  @impl true
  def perimeter(_), do: 1
  @impl Shape
  def corners, do: 4
  @impl GenServer
  def sides, do: 4
  @impl false
  def name, do: "square"
  @impl true
  defmacrop build(x), do: x
  def z, do: build(1)
end
