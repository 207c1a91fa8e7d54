show = fn code ->
  try do
    Code.compile_string(code, "some/file.ex")
  rescue
    error -> IO.inspect(Enum.sort(Map.from_struct(error)), label: inspect(error.__struct__))
  end
end

show.("defmodule CompA do\n  def f, do: x\nend")
show.("defmodule CompB do\n  def f(\nend")
show.("defmodule CompC do\n  def f, do: g(1)\n  def h(x), do: y\nend")
