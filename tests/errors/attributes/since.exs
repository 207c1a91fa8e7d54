defmodule A do
  @since "1.0"
  def f, do: 1
end
