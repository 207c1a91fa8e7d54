defmodule E do
  defexception [:a]
  def message(_), do: raise "b"
end
raise E
