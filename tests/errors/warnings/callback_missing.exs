defmodule Shape do
  @callback area(term) :: number
  @callback name() :: String.t()
  @callback scale(term, number) :: term
  @macrocallback build(term) :: Macro.t()
  @macrocallback draw(term) :: Macro.t()
  @optional_callbacks scale: 2, draw: 1
end

defmodule Square do
  @behaviour Shape
  def name, do: "square"
end
