defmodule Silent do
  @compile {:no_warn_undefined, Missing}
  @compile {:no_warn_undefined, [Other, {Third, :foo, 1}]}
  def a, do: Missing.run()
  def b, do: {Other.run(), Third.foo(1), Third.foo(2)}
end
