defmodule :foo do
 def f(x), do: 1
end
:foo.g()
