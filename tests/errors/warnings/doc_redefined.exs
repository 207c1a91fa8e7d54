defmodule Papers do
  @moduledoc "x"
  @moduledoc "y"
  @doc "one"
  @doc "two"
  def a, do: 1
  @doc "a"
  def b(1), do: 1
  @doc "b"
  def b(2), do: 1
end
