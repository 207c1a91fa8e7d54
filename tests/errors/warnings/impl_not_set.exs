defmodule Shape do
  @callback area(term) :: number
  @callback name() :: String.t()
  @macrocallback build(term) :: Macro.t()

  defmacro __using__(_) do
    quote do
      @behaviour Shape
      def name, do: "shape"
      defoverridable name: 0
    end
  end
end

defmodule Square do
  use Shape
  @impl true
  def area(_), do: 1
  defmacro build(x), do: x
end
