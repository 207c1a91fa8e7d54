defmodule Caller do
  def a, do: Missing.run(1)
  def b, do: Missing.run(2)
  def c, do: :missing.run()
  def d, do: Deep.Missing.run()
  def e(x), do: if(Code.ensure_loaded?(Optional), do: Optional.run(x))
end
