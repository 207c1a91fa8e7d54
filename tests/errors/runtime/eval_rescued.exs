show = fn code ->
  try do
    Code.eval_string(code)
  rescue
    error -> IO.inspect(Enum.sort(Map.from_struct(error)), label: inspect(error.__struct__))
  end
end

show.("x = y")
show.("1 +")
show.("foo(")
show.("(1]")
show.("foo(1)")
show.("case 1, 2")
show.("def f, do: 1")
show.("%Foo{}")
show.("import Nope")
show.("defmodule EvalA do def f, do: g() end")
show.("defmodule EvalB do def 1, do: 2 end")
show.("defmodule EvalC do @type t :: nope end")
show.("@foo")
