defmodule Calendar.ISO.Duration do
  @moduledoc false
  # Durations in the format of ISO 8601: P1Y2M3W4DT5H6M7.8S

  def parse("P" <> rest) when rest != "", do: read(rest, 1)
  def parse("+P" <> rest) when rest != "", do: read(rest, 1)
  def parse("-P" <> rest) when rest != "", do: read(rest, -1)
  def parse(_string), do: {:error, :invalid_duration}

  defp read(string, sign) do
    {date, time} =
      case :binary.split(string, "T") do
        [date, time] -> {date, time}
        [date] -> {date, nil}
      end

    with {:ok, units} <- date_units(date, [{?Y, :year}, {?M, :month}, {?W, :week}, {?D, :day}], sign, []),
         do: time_units(time, [{?H, :hour}, {?M, :minute}, {?S, :second}], sign, units)
  end

  defp date_units("", _allowed, _sign, acc), do: {:ok, acc}

  defp date_units(text, allowed, sign, acc) do
    with {value, <<letter, rest::binary>>} <- Integer.parse(text),
         {:ok, unit, allowed} <- unit(letter, allowed) do
      date_units(rest, allowed, sign, [{unit, value * sign} | acc])
    else
      _ -> {:error, :invalid_date_component}
    end
  end

  defp time_units(nil, _allowed, _sign, acc), do: {:ok, acc}
  defp time_units("", _allowed, _sign, acc) when acc == [], do: {:error, :invalid_date_component}
  defp time_units("", _allowed, _sign, _acc), do: {:error, :invalid_date_component}
  defp time_units(text, allowed, sign, acc), do: some_time(text, allowed, sign, acc)

  defp some_time("", _allowed, _sign, acc), do: {:ok, acc}

  defp some_time(text, allowed, sign, acc) do
    with {value, <<letter, rest::binary>>} when letter not in ~c".," <- Integer.parse(text),
         {:ok, unit, allowed} <- unit(letter, allowed) do
      some_time(rest, allowed, sign, [{unit, value * sign} | acc])
    else
      {value, <<point, rest::binary>>} when point in ~c".," -> fraction(text, value, rest, allowed, sign, acc)
      _ -> {:error, :invalid_time_component}
    end
  end

  # Only seconds have a fraction.
  defp fraction(text, value, rest, allowed, sign, acc) do
    with {digits, "S"} <- digits(rest, ""),
         true <- List.keymember?(allowed, ?S, 0) do
      kept = binary_part(digits, 0, min(byte_size(digits), 6))
      micros = String.to_integer(String.pad_trailing(kept, 6, "0"))
      sign = if String.starts_with?(text, "-"), do: -sign, else: sign
      units = [{:second, abs(value) * sign}, {:microsecond, {micros * sign, byte_size(kept)}} | acc]
      {:ok, units}
    else
      _ -> {:error, :invalid_time_component}
    end
  end

  defp digits(<<digit, rest::binary>>, acc) when digit in ?0..?9, do: digits(rest, <<acc::binary, digit>>)
  defp digits(_rest, ""), do: :error
  defp digits(rest, acc), do: {acc, rest}

  # Units come in order.
  defp unit(letter, [{letter, unit} | allowed]), do: {:ok, unit, allowed}
  defp unit(letter, [_ | allowed]), do: unit(letter, allowed)
  defp unit(_letter, []), do: :error
end
