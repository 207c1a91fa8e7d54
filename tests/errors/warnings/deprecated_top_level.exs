defmodule A do
  List.zip([[1]])
  def f, do: List.zip([[1]])
end
defmodule B do
  @deprecated "x"
  def f, do: 1
end
defmodule C do
  B.f()
end
B.f()
&List.zip/1
