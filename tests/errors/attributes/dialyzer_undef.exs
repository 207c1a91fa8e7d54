defmodule A do
  @dialyzer {:nowarn_function, foo: 1}
  def f, do: 1
end
