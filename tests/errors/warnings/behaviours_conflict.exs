defmodule First do
  @callback foo(term) :: any
end

defmodule Second do
  @callback foo(term) :: any
  @callback bar(term) :: any
end

defmodule Both do
  @behaviour First
  @behaviour Second
  @behaviour Second
  def foo(_), do: 1
  def bar(_), do: 1
end
