defmodule A do
  def text do
    name = "a"
    name.size
  end
end
