defmodule A do
  def first, do: &some_name/3
end
