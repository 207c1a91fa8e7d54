defmodule Maker do
  defmacro bind do
    quote do
      a = 1
      var!(b) = 2
    end
  end

  defmacro defs do
    quote do
      def from_macro(x), do: 1
      defp unused_from_macro(x), do: 1
      alias Foo.Bar
      import List
    end
  end

  defmacro dead do
    quote do
      case Process.get(:a) do
        _ -> 1
        2 -> 3
      end
    end
  end

  defmacro block do
    quote do
      1
      2
    end
  end
end

defmodule User do
  require Maker
  Maker.defs()
  def a, do: Maker.bind()
  def c, do: Maker.dead()
  def d, do: Maker.block()
end
