defmodule A do
  def f do
    try do
      1
    rescue
      Foo -> 2
    end
  end
end
