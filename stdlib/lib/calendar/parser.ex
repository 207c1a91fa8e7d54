defmodule Calendar.ISO.Parser do
  @moduledoc false
  # Dates, times and offsets in the formats of ISO 8601.

  alias Calendar.ISO

  def parse_date(string, format) when is_binary(string) and format in [:basic, :extended] do
    case signed(string) do
      {multiplier, rest} -> date(rest, multiplier, format)
    end
  end

  defp date(rest, multiplier, format) do
    case take_date(rest, format) do
      {year, month, day, ""} -> checked_date(year * multiplier, month, day)
      _ -> {:error, :invalid_format}
    end
  end

  defp checked_date(year, month, day) do
    if ISO.valid_date?(year, month, day), do: {:ok, {year, month, day}}, else: {:error, :invalid_date}
  end

  defp signed("-" <> rest), do: {-1, rest}
  defp signed("+" <> rest), do: {1, rest}
  defp signed(rest), do: {1, rest}

  defp take_date(<<y::binary-4, "-", m::binary-2, "-", d::binary-2, rest::binary>>, :extended), do: numbers(y, m, d, rest)
  defp take_date(<<y::binary-4, m::binary-2, d::binary-2, rest::binary>>, :basic), do: numbers(y, m, d, rest)
  defp take_date(_rest, _format), do: :error

  defp take_time(<<h::binary-2, ":", m::binary-2, ":", s::binary-2, rest::binary>>, :extended), do: numbers(h, m, s, rest)
  defp take_time(<<h::binary-2, m::binary-2, s::binary-2, rest::binary>>, :basic), do: numbers(h, m, s, rest)
  defp take_time(_rest, _format), do: :error

  defp numbers(a, b, c, rest) do
    with a when is_integer(a) <- number(a), b when is_integer(b) <- number(b), c when is_integer(c) <- number(c) do
      {a, b, c, rest}
    else
      _ -> :error
    end
  end

  defp number(digits), do: number(digits, 0)
  defp number(<<digit, rest::binary>>, acc) when digit in ?0..?9, do: number(rest, acc * 10 + digit - ?0)
  defp number(<<>>, acc), do: acc
  defp number(_other, _acc), do: nil

  def parse_time("T" <> rest, format), do: time(rest, format)
  def parse_time(string, format) when is_binary(string) and format in [:basic, :extended], do: time(string, format)

  defp time(string, format) do
    with {hour, minute, second, rest} <- take_time(string, format),
         {microsecond, rest} <- fraction(rest),
         {_offset, ""} <- offset(rest) do
      checked_time(hour, minute, second, microsecond)
    else
      _ -> {:error, :invalid_format}
    end
  end

  defp checked_time(hour, minute, second, microsecond) do
    if ISO.valid_time?(hour, minute, second, microsecond),
      do: {:ok, {hour, minute, second, microsecond}},
      else: {:error, :invalid_time}
  end

  # Digits behind the sixth are dropped.
  defp fraction(<<point, rest::binary>>) when point in [?., ?,] do
    case Integer.parse(rest) do
      _ when rest == "" -> :error
      :error -> :error
      _ -> digits(rest, 0, 0)
    end
  end

  defp fraction(rest), do: {{0, 0}, rest}

  defp digits(<<digit, rest::binary>>, value, count) when digit in ?0..?9 do
    if count < 6, do: digits(rest, value * 10 + digit - ?0, count + 1), else: digits(rest, value, count)
  end

  defp digits(_rest, _value, 0), do: :error
  defp digits(rest, value, count), do: {{scale(value, 6 - count), count}, rest}

  defp scale(value, 0), do: value
  defp scale(value, n), do: scale(value * 10, n - 1)

  defp offset(""), do: {nil, ""}
  defp offset("Z"), do: {0, ""}
  defp offset("-00:00"), do: :error
  defp offset("-0000"), do: :error
  defp offset("-00"), do: :error
  defp offset(<<sign, h::binary-2, ":", m::binary-2>>) when sign in [?+, ?-], do: offset(sign, number(h), number(m))
  defp offset(<<sign, h::binary-2, m::binary-2>>) when sign in [?+, ?-], do: offset(sign, number(h), number(m))
  defp offset(<<sign, h::binary-2>>) when sign in [?+, ?-], do: offset(sign, number(h), 0)
  defp offset(_rest), do: :error

  defp offset(sign, hour, minute) when hour in 0..23 and minute in 0..59 do
    seconds = hour * 3600 + minute * 60
    {if(sign == ?-, do: -seconds, else: seconds), ""}
  end

  defp offset(_sign, _hour, _minute), do: :error

  def parse_naive_datetime(string, format) when is_binary(string) and format in [:basic, :extended] do
    with {:ok, date, time, _offset} <- datetime(string, format), do: naive(date, time)
  end

  defp naive({year, month, day}, {hour, minute, second, microsecond}) do
    {:ok, {year, month, day, hour, minute, second, microsecond}}
  end

  def parse_utc_datetime(string, format) when is_binary(string) and format in [:basic, :extended] do
    case datetime(string, format) do
      {:ok, _date, _time, nil} ->
        {:error, :missing_offset}

      {:ok, date, time, 0} ->
        with {:ok, naive} <- naive(date, time), do: {:ok, naive, 0}

      {:ok, {year, month, day}, {hour, minute, second, {_, precision} = microsecond}, offset} ->
        moment = ISO.naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond)
        moment = ISO.add_day_fraction_to_iso_days(moment, -offset, 86400)
        {year, month, day, hour, minute, second, {value, _}} = ISO.naive_datetime_from_iso_days(moment)
        {:ok, {year, month, day, hour, minute, second, {value, precision}}, offset}

      error ->
        error
    end
  end

  defp datetime(string, format) do
    {multiplier, rest} = signed(string)

    with {year, month, day, <<separator, rest::binary>>} when separator in [?T, ?\s] <- take_date(rest, format),
         {hour, minute, second, rest} <- take_time(rest, format),
         {microsecond, rest} <- fraction(rest),
         {offset, ""} <- offset(rest) do
      with {:ok, date} <- checked_date(year * multiplier, month, day),
           {:ok, time} <- checked_time(hour, minute, second, microsecond) do
        {:ok, date, time, offset}
      end
    else
      _ -> {:error, :invalid_format}
    end
  end
end
