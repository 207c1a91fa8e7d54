defmodule Shape do
  @callback area(term) :: number
  @callback scale(term, number) :: term
  @macrocallback build(term) :: Macro.t()
  @macrocallback draw(term) :: Macro.t()
  @optional_callbacks scale: 2
end

defmodule Square do
  @behaviour Shape
  defmacro area(_), do: 1
  defp scale(_, _), do: 2
  def build(_), do: scale(1, 2)
  defmacrop draw(_), do: 1
  def z, do: draw(1)
end
