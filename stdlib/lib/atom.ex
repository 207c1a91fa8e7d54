defmodule Atom do
  @moduledoc "Functions for atoms: constants whose value is their own name."

  @doc "The name as a string."
  @spec to_string(atom) :: String.t()
  def to_string(atom), do: :erlang.atom_to_binary(atom, :utf8)

  @doc "The name as a charlist."
  @spec to_charlist(atom) :: charlist
  def to_charlist(atom), do: :erlang.atom_to_list(atom)

  @doc false
  @deprecated "Use Atom.to_charlist/1 instead"
  def to_char_list(atom), do: Atom.to_charlist(atom)
end
