defmodule ExUnit.Filters do
  @moduledoc "Which tests run: tags to include and to exclude."

  def parse(filters) do
    Enum.map(filters, fn
      "line:" <> line -> {:location, {"nofile", String.to_integer(line)}}
      filter -> parse_one(String.split(filter, ":", parts: 2))
    end)
  end

  defp parse_one([key, value]), do: {String.to_atom(key), parse_value(value)}
  defp parse_one([key]), do: String.to_atom(key)
  defp parse_value("true"), do: true
  defp parse_value("false"), do: false
  defp parse_value(value), do: value

  def normalize(include, exclude), do: {Enum.uniq(List.wrap(include)), Enum.uniq(List.wrap(exclude))}

  # :ok, {:excluded, reason} or {:skipped, reason}
  def eval(include, exclude, tags, collection) when is_map(tags) do
    excluded = Enum.find_value(exclude, &has_tag(&1, tags, collection))

    if excluded != nil and not Enum.any?(include, &(has_tag(&1, tags, collection) != nil)) do
      {:excluded, "due to #{excluded} filter"}
    else
      case Map.fetch(tags, :skip) do
        {:ok, msg} when is_binary(msg) -> {:skipped, msg}
        {:ok, true} -> {:skipped, "due to skip tag"}
        _ -> :ok
      end
    end
  end

  defp has_tag({:location, {path, lines}}, %{file: file, line: line}, _collection) do
    if String.ends_with?(file, path) and line in List.wrap(lines), do: :location
  end

  defp has_tag({key, %Regex{} = value}, tags, _collection) do
    case tags do
      %{^key => tag} -> if to_string(tag) =~ value, do: key
      _ -> nil
    end
  end

  defp has_tag({key, value}, tags, _collection) do
    case tags do
      %{^key => ^value} -> key
      %{^key => tag} -> if to_string_or_nil(tag) == to_string_or_nil(value), do: key
      _ -> nil
    end
  end

  defp has_tag(key, tags, _collection) when is_atom(key) do
    if Map.has_key?(tags, key) and key != nil, do: key
  end

  defp to_string_or_nil(value) when is_atom(value) or is_binary(value) or is_number(value), do: to_string(value)
  defp to_string_or_nil(value), do: {:term, value}
end
