defmodule Duration do
  @moduledoc "Lengths of time in units that are kept apart: years, months, …, microseconds."

  import Kernel, except: [to_string: 1]

  defstruct year: 0, month: 0, week: 0, day: 0, hour: 0, minute: 0, second: 0, microsecond: {0, 0}

  @type t :: %__MODULE__{}
  @type unit_pair :: {atom, integer | {integer, 0..6}}
  @type duration :: t | [unit_pair]

  @doc "Builds a duration from units."
  @spec new!(duration) :: t
  def new!(%Duration{} = duration), do: duration

  def new!(unit_pairs) do
    Duration.Units.new!(unit_pairs, [:year, :month, :week, :day, :hour, :minute, :second, :microsecond])
  end

  @doc "The sum of two durations."
  @spec add(t, t) :: t
  def add(%Duration{} = d1, %Duration{} = d2), do: combine(d1, d2, 1)

  @doc "The difference of two durations."
  @spec subtract(t, t) :: t
  def subtract(%Duration{} = d1, %Duration{} = d2), do: combine(d1, d2, -1)

  defp combine(d1, d2, sign) do
    {value1, precision1} = d1.microsecond
    {value2, precision2} = d2.microsecond

    %Duration{
      year: d1.year + sign * d2.year,
      month: d1.month + sign * d2.month,
      week: d1.week + sign * d2.week,
      day: d1.day + sign * d2.day,
      hour: d1.hour + sign * d2.hour,
      minute: d1.minute + sign * d2.minute,
      second: d1.second + sign * d2.second,
      microsecond: {value1 + sign * value2, max(precision1, precision2)}
    }
  end

  @doc "Every unit times `integer`."
  @spec multiply(t, integer) :: t
  def multiply(%Duration{microsecond: {value, precision}} = duration, integer) when is_integer(integer) do
    %Duration{
      year: duration.year * integer,
      month: duration.month * integer,
      week: duration.week * integer,
      day: duration.day * integer,
      hour: duration.hour * integer,
      minute: duration.minute * integer,
      second: duration.second * integer,
      microsecond: {value * integer, precision}
    }
  end

  @doc "The duration backwards."
  @spec negate(t) :: t
  def negate(%Duration{} = duration), do: multiply(duration, -1)

  @doc "Parses an ISO 8601 duration."
  @spec from_iso8601(String.t()) :: {:ok, t} | {:error, atom}
  def from_iso8601(string) when is_binary(string) do
    case Calendar.ISO.parse_duration(string) do
      {:ok, units} -> {:ok, new!(units)}
      error -> error
    end
  end

  @doc "`from_iso8601/1` that raises."
  @spec from_iso8601!(String.t()) :: t
  def from_iso8601!(string) when is_binary(string) do
    case from_iso8601(string) do
      {:ok, duration} ->
        duration

      {:error, reason} ->
        raise ArgumentError, "failed to parse duration #{inspect(string)}. reason: #{inspect(reason)}"
    end
  end

  @doc "The ISO 8601 text."
  @spec to_iso8601(t) :: String.t()
  def to_iso8601(%Duration{} = duration) do
    date = unit(duration.year, "Y") <> unit(duration.month, "M") <> unit(duration.week, "W") <> unit(duration.day, "D")
    time = unit(duration.hour, "H") <> unit(duration.minute, "M") <> seconds(duration, "S")

    case {date, time} do
      {"", ""} -> "PT0S"
      {date, ""} -> "P" <> date
      {date, time} -> "P" <> date <> "T" <> time
    end
  end

  defp unit(0, _letter), do: ""
  defp unit(value, letter), do: Integer.to_string(value) <> letter

  defp seconds(%{second: 0, microsecond: {0, _}}, _letter), do: ""
  defp seconds(%{second: second, microsecond: {_, 0}}, letter), do: unit(second, letter)
  defp seconds(%{second: second, microsecond: {0, _}}, letter), do: unit(second, letter)

  defp seconds(%{second: second, microsecond: {value, precision}}, letter) do
    total = second * 1_000_000 + value
    sign = if total < 0, do: "-", else: ""
    total = abs(total)
    fraction = rem(total, 1_000_000) |> Integer.to_string() |> String.pad_leading(6, "0")
    sign <> Integer.to_string(div(total, 1_000_000)) <> "." <> binary_part(fraction, 0, precision) <> letter
  end

  @default_units [year: "a", month: "mo", week: "wk", day: "d", hour: "h", minute: "min", second: "s"]

  @doc "A text for people; `:units` names the units, `:separator` stands between them."
  @spec to_string(t, keyword) :: String.t()
  def to_string(%Duration{} = duration, opts \\ []) do
    units = Keyword.get(opts, :units, [])
    separator = Keyword.get(opts, :separator, " ")

    parts =
      for {unit, default} <- @default_units,
          text = text(duration, unit, Keyword.get(units, unit, default)),
          text != "",
          do: text

    case parts do
      [] -> "0" <> Keyword.get(units, :second, "s")
      _ -> Enum.join(parts, separator)
    end
  end

  defp text(duration, :second, name), do: seconds(duration, name)
  defp text(duration, unit, name), do: unit(Map.fetch!(duration, unit), name)
end

defmodule Duration.Units do
  @moduledoc false
  # Units in keyword lists, checked.

  @all [:year, :month, :week, :day, :hour, :minute, :second, :microsecond]

  def new!(pairs, allowed) do
    Enum.each(pairs, &check!(&1, allowed))
    struct!(Duration, pairs)
  end

  defp check!({unit, value}, allowed) do
    cond do
      unit not in @all -> raise ArgumentError, "unknown unit #{inspect(unit)}. Expected #{names(allowed)}"
      unit not in allowed -> raise ArgumentError, "unsupported unit #{inspect(unit)}. Expected #{names(allowed)}"
      unit == :microsecond -> check_microsecond!(value)
      is_integer(value) -> :ok
      true -> raise ArgumentError, "unsupported value #{inspect(value)} for #{inspect(unit)}. Expected an integer"
    end
  end

  defp check_microsecond!({ms, precision}) when is_integer(ms) and precision in 0..6, do: :ok

  defp check_microsecond!(value) do
    raise ArgumentError,
          "unsupported value #{inspect(value)} for :microsecond. Expected a tuple {ms, precision} " <>
            "where precision is an integer from 0 to 6"
  end

  defp names(units), do: Enum.map_join(units, ", ", &inspect/1)
end

defimpl Inspect, for: Duration do
  def inspect(duration, opts), do: Inspect.Derived.optional(duration, [:year, :month, :week, :day, :hour, :minute, :second, :microsecond], opts)
end
