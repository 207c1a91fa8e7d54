defmodule A do
  def f do
    1

  def g do
    2
  end
end
