defmodule A do
  defmacro m(x) do
    quote do
      unquote(x) + undefined_thing
    end
  end
end

defmodule B do
  require A

  def f(y) do
    A.m(y)
  end
end
