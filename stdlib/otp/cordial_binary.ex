defmodule :cordial_binary do
  @moduledoc false
  # What `:binary`'s natives leave to the library.

  @doc "`:binary.replace/4` with a function for the replacement."
  def replace_by(subject, pattern, fun, options) do
    scope = :lists.filter(&match?({:scope, _}, &1), options)

    found =
      if :lists.member(:global, options) do
        :binary.matches(subject, pattern, scope)
      else
        case :binary.match(subject, pattern, scope) do
          :nomatch -> []
          match -> [match]
        end
      end

    :erlang.iolist_to_binary(pieces(found, subject, 0, fun))
  end

  defp pieces([], subject, from, _), do: [:binary.part(subject, from, byte_size(subject) - from)]

  defp pieces([{at, length} | rest], subject, from, fun) do
    replacement = fun.(:binary.part(subject, at, length))
    [:binary.part(subject, from, at - from), replacement | pieces(rest, subject, at + length, fun)]
  end
end
