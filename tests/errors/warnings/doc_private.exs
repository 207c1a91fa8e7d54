defmodule Diary do
  @doc "secret"
  defp page, do: 1
  def open, do: page()
  @doc false
  defp cover, do: 1
  def close, do: cover()
end
