defmodule :erl_erts_errors do
  @moduledoc false
  # Why a binary could not be built: the cause that the VM puts into the stack trace, in OTP's words. (Which argument of a
  # native was wrong is told by a native, `format_error/2`.)

  def format_bs_fail(_reason, [{_, _, _, info} | _]) do
    %{cause: {segment, type, error, value}} = :proplists.get_value(:error_info, info, %{})
    kind = :erlang.atom_to_binary(type)

    %{
      reason: "construction of binary failed",
      general: "segment #{segment} of type '#{kind}': " <> complaint(error, kind, value)
    }
  end

  defp complaint(:type, "integer", value), do: "expected an integer but got: " <> inspect(value)
  defp complaint(:type, "float", value), do: "expected a float or an integer but got: " <> inspect(value)
  defp complaint(:type, "binary", value), do: "expected a binary but got: " <> inspect(value)

  defp complaint(:type, kind, value),
    do: "expected a non-negative integer encodable as #{kind} but got: " <> inspect(value)

  defp complaint(:size, _, value), do: "expected a non-negative integer as size but got: " <> inspect(value)
  defp complaint(:invalid, _, value), do: "expected one of the supported sizes 16, 32, or 64 but got: " <> inspect(value)
  defp complaint(:no_float, _, value), do: "the value #{inspect(value)} is outside the range expressible as a float"
  defp complaint(:short, _, value), do: "the value #{inspect(value)} is shorter than the size of the segment"
  defp complaint(:too_big, _, value), do: "the size #{inspect(value)} is too big"

  defp complaint(:unit, _, value),
    do: "the size of the value #{inspect(value)} is not a multiple of the unit for the segment"
end
