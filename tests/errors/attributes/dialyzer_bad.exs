defmodule A do
  @dialyzer {:nowarn_function, :foo}
  def f, do: 1
end
