defmacro foo(x), do: x
