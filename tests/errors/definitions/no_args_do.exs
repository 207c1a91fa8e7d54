defmodule A do
  def
end
