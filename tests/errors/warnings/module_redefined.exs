defmodule Twice do
  def a, do: 1
end

defmodule Twice do
  def a, do: 2
end

Code.put_compiler_option(:ignore_module_conflict, true)

defmodule Twice do
  def a, do: 3
end

IO.inspect(Twice.a())
