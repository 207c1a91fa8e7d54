defmodule Version.Requirement do
  @moduledoc "A requirement on versions: alternatives of comparisons that all must hold."

  import Kernel, except: [match?: 2]

  defstruct [:source, :lexed]

  @opaque t :: %__MODULE__{source: String.t(), lexed: term}

  @doc false
  def match?(%Version.Requirement{lexed: alternatives}, version, allow_pre?) do
    Enum.any?(alternatives, fn comparisons ->
      Enum.all?(comparisons, fn {op, operand} -> holds?(op, version, operand, allow_pre?) end)
    end)
  end

  defp holds?(:==, version, operand, _allow?), do: Version.compare_parts(version, full(operand)) == :eq
  defp holds?(:!=, version, operand, _allow?), do: Version.compare_parts(version, full(operand)) != :eq

  defp holds?(op, version, operand, allow?) do
    (allow? or elem(version, 3) == [] or elem(operand, 3) != []) and ordered?(op, version, operand)
  end

  defp ordered?(:>, version, operand), do: Version.compare_parts(version, full(operand)) == :gt
  defp ordered?(:>=, version, operand), do: Version.compare_parts(version, full(operand)) != :lt
  defp ordered?(:<, version, operand), do: Version.compare_parts(version, full(operand)) == :lt
  defp ordered?(:<=, version, operand), do: Version.compare_parts(version, full(operand)) != :gt

  # Everything from the operand on that keeps all but its last number.
  defp ordered?(:~>, {major, minor, _, _} = version, {op_major, op_minor, op_patch, _} = operand) do
    same? = if op_patch == nil, do: major == op_major, else: major == op_major and minor == op_minor
    same? and ordered?(:>=, version, operand)
  end

  defp full({major, minor, patch, pre}), do: {major, minor, patch || 0, pre}
end
