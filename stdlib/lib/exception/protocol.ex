defmodule Protocol.UndefinedError do
  @moduledoc "A protocol is not implemented for a value."
  defexception [:protocol, :value, description: ""]

  @impl true
  def message(%{protocol: protocol, value: value, description: description}) do
    "protocol #{inspect(protocol)} not implemented for type " <>
      value_type(value) <>
      separated(description) <>
      available(protocol) <>
      "\n\nGot value:\n\n" <>
      "    " <> String.replace(inspect(value, pretty: true), "\n", "\n    ") <> "\n"
  end

  defp separated(""), do: ""
  defp separated(description), do: ", " <> description

  defp value_type(%{__struct__: struct}), do: "#{inspect(struct)} (a struct)"
  defp value_type(value) when is_atom(value), do: "Atom"
  defp value_type(value) when is_bitstring(value), do: "BitString"
  defp value_type(value) when is_float(value), do: "Float"
  defp value_type(value) when is_function(value), do: "Function"
  defp value_type(value) when is_integer(value), do: "Integer"
  defp value_type(value) when is_list(value), do: "List"
  defp value_type(value) when is_map(value), do: "Map"
  defp value_type(value) when is_pid(value), do: "PID"
  defp value_type(value) when is_port(value), do: "Port"
  defp value_type(value) when is_reference(value), do: "Reference"
  defp value_type(value) when is_tuple(value), do: "Tuple"

  defp available(protocol) do
    case protocol.__protocol__(:impls) do
      {:consolidated, []} ->
        ". There are no implementations for this protocol."

      {:consolidated, types} ->
        ". This protocol is implemented for: " <> Enum.map_join(types, ", ", &inspect/1)

      :not_consolidated ->
        ""
    end
  end
end
