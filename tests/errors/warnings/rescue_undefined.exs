defmodule A do
  def f do
    try do
      1
    rescue
      String -> 2
      e in [Foo.Bar, ArgumentError] -> e
    end
  end
end
