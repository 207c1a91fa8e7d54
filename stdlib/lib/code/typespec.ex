defmodule Code.Typespec do
  @moduledoc false
  # Types are checked by the compiler and not kept.

  @doc "The types of a module: they are not kept."
  def fetch_types(_module_or_binary), do: :error

  @doc "The specs of a module: they are not kept."
  def fetch_specs(_module_or_binary), do: :error

  @doc "The callbacks of a module: they are not kept."
  def fetch_callbacks(_module_or_binary), do: :error
end
