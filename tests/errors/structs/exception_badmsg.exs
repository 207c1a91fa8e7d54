defmodule E do
  defexception [:a]
  def message(_), do: 1
end
raise E
