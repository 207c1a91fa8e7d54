defprotocol List.Chars do
  @moduledoc "Turns a term into a charlist; `Kernel.to_charlist/1` asks it."

  @doc "The charlist for `term`."
  @spec to_charlist(t) :: charlist
  def to_charlist(term)
end

defimpl List.Chars, for: Atom do
  def to_charlist(nil), do: []
  def to_charlist(atom), do: :erlang.atom_to_list(atom)
end

defimpl List.Chars, for: BitString do
  def to_charlist(binary) when is_binary(binary), do: String.to_charlist(binary)

  def to_charlist(bitstring) do
    raise Protocol.UndefinedError,
      protocol: @protocol,
      value: bitstring,
      description: "cannot convert a bitstring to a charlist"
  end
end

defimpl List.Chars, for: List do
  # A charlist may hold anything here: the caller said that it is one.
  def to_charlist(list), do: list
end

defimpl List.Chars, for: Integer do
  def to_charlist(integer), do: :erlang.integer_to_list(integer)
end

defimpl List.Chars, for: Float do
  def to_charlist(float), do: :erlang.binary_to_list(Float.to_string(float))
end
