defmodule Time do
  @moduledoc "Times of day."

  import Kernel, except: [to_string: 1]

  @enforce_keys [:hour, :minute, :second]
  defstruct [:hour, :minute, :second, microsecond: {0, 0}, calendar: Calendar.ISO]

  @type t :: %__MODULE__{}

  @parts_per_day 86_400_000_000
  @seconds_per_day 86400

  @doc "The time of day in UTC."
  def utc_now(calendar \\ Calendar.ISO) do
    {:ok, _, {hour, minute, second}, microsecond} = Calendar.ISO.from_unix(System.os_time(), :native)
    convert!(%Time{hour: hour, minute: minute, second: second, microsecond: microsecond}, calendar)
  end

  @doc "Builds a time: `{:ok, time}` or `{:error, reason}`."
  def new(hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def new(hour, minute, second, microsecond, calendar) when is_integer(microsecond) do
    new(hour, minute, second, {microsecond, 6}, calendar)
  end

  def new(hour, minute, second, {value, precision}, calendar) do
    if calendar.valid_time?(hour, minute, second, {value, precision}),
      do: {:ok, %Time{hour: hour, minute: minute, second: second, microsecond: {value, precision}, calendar: calendar}},
      else: {:error, :invalid_time}
  end

  @doc "`new/5` that raises."
  def new!(hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    case new(hour, minute, second, microsecond, calendar) do
      {:ok, value} -> value
      {:error, reason} -> raise ArgumentError, "cannot build time, reason: #{inspect(reason)}"
    end
  end

  @doc "The text of a time."
  def to_string(time)

  def to_string(%{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}) do
    calendar.time_to_string(hour, minute, second, microsecond)
  end

  @doc "Parses `HH:MM:SS` with an optional fraction."
  def from_iso8601(string, calendar \\ Calendar.ISO) do
    with {:ok, {hour, minute, second, microsecond}} <- Calendar.ISO.parse_time(string) do
      convert(%Time{hour: hour, minute: minute, second: second, microsecond: microsecond}, calendar)
    end
  end

  @doc "`from_iso8601/2` that raises."
  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    case from_iso8601(string, calendar) do
      {:ok, value} -> value
      {:error, reason} -> raise ArgumentError, "cannot parse #{inspect(string)} as time, reason: #{inspect(reason)}"
    end
  end

  @doc "The ISO 8601 text."
  def to_iso8601(time, format \\ :extended)

  def to_iso8601(%{calendar: Calendar.ISO} = time, format) when format in [:extended, :basic] do
    %{hour: hour, minute: minute, second: second, microsecond: microsecond} = time
    Calendar.ISO.time_to_string(hour, minute, second, microsecond, format)
  end

  def to_iso8601(%{calendar: _} = time, format) when format in [:extended, :basic] do
    time |> convert!(Calendar.ISO) |> to_iso8601(format)
  end

  @doc "An Erlang time."
  def to_erl(time) do
    %{hour: hour, minute: minute, second: second} = convert!(time, Calendar.ISO)
    {hour, minute, second}
  end

  @doc "From an Erlang time."
  def from_erl(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def from_erl({hour, minute, second}, microsecond, calendar) do
    with {:ok, time} <- new(hour, minute, second, microsecond, Calendar.ISO), do: convert(time, calendar)
  end

  @doc "`from_erl/3` that raises."
  def from_erl!(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    case from_erl(tuple, microsecond, calendar) do
      {:ok, value} -> value
      {:error, reason} -> raise ArgumentError, "cannot convert #{inspect(tuple)} to time, reason: #{inspect(reason)}"
    end
  end

  @doc "From a number of seconds since midnight."
  def from_seconds_after_midnight(seconds, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) when is_integer(seconds) do
    seconds = Integer.mod(seconds, @seconds_per_day)
    time = new!(div(seconds, 3600), div(rem(seconds, 3600), 60), rem(seconds, 60), microsecond)
    convert!(time, calendar)
  end

  @doc "The seconds since midnight, and the microseconds."
  def to_seconds_after_midnight(%{microsecond: {microsecond, _}} = time) do
    {parts, ppd} = to_day_fraction(time)
    {div(parts * @seconds_per_day, ppd), microsecond}
  end

  @doc "The time so many units later; it goes round the clock."
  def add(time, amount_to_add, unit \\ :second)

  def add(%{calendar: calendar, microsecond: {_, precision}} = time, amount_to_add, unit) when is_integer(amount_to_add) do
    {parts, unit_precision} = unit_parts(amount_to_add, unit)
    {time_parts, @parts_per_day} = time |> to_day_fraction() |> full_fraction()
    fraction = {Integer.mod(time_parts + parts, @parts_per_day), @parts_per_day}
    {hour, minute, second, {value, _}} = calendar.time_from_day_fraction(fraction)

    %Time{
      hour: hour,
      minute: minute,
      second: second,
      microsecond: {value, max(unit_precision, precision)},
      calendar: calendar
    }
  end

  defp full_fraction({parts, @parts_per_day}), do: {parts, @parts_per_day}
  defp full_fraction({parts, ppd}), do: {div(parts * @parts_per_day, ppd), @parts_per_day}

  defp unit_parts(amount, :hour), do: {amount * 3_600_000_000, 0}
  defp unit_parts(amount, :minute), do: {amount * 60_000_000, 0}

  defp unit_parts(amount, unit)
       when unit in [:second, :millisecond, :microsecond, :nanosecond] or (is_integer(unit) and unit > 0) do
    {System.convert_time_unit(amount, unit, :microsecond), Calendar.ISO.time_unit_to_precision(unit)}
  end

  defp unit_parts(_amount, unit) do
    raise ArgumentError,
          "unsupported time unit. Expected :hour, :minute, :second, :millisecond, :microsecond, " <>
            ":nanosecond, or a positive integer, got #{inspect(unit)}"
  end

  @doc "The time moved by a duration of hours, minutes, seconds and microseconds."
  def shift(%{calendar: calendar} = time, duration) do
    %{hour: hour, minute: minute, second: second, microsecond: microsecond} = time

    {hour, minute, second, microsecond} =
      calendar.shift_time(hour, minute, second, microsecond, __duration__!(duration))

    %Time{calendar: calendar, hour: hour, minute: minute, second: second, microsecond: microsecond}
  end

  @doc false
  def __duration__!(%Duration{} = duration), do: duration
  def __duration__!(units), do: Duration.Units.new!(units, [:hour, :minute, :second, :microsecond])

  @doc "`:gt`, `:eq` or `:lt`."
  def compare(%{calendar: calendar} = time1, %{calendar: calendar} = time2) do
    %{hour: hour1, minute: minute1, second: second1, microsecond: {micro1, _}} = time1
    %{hour: hour2, minute: minute2, second: second2, microsecond: {micro2, _}} = time2
    order({hour1, minute1, second1, micro1}, {hour2, minute2, second2, micro2})
  end

  def compare(time1, time2) do
    {parts1, ppd1} = to_day_fraction(time1)
    {parts2, ppd2} = to_day_fraction(time2)
    order(parts1 * ppd2, parts2 * ppd1)
  end

  defp order(first, second) do
    cond do
      first > second -> :gt
      first < second -> :lt
      true -> :eq
    end
  end

  @doc "Whether the first time is before the second."
  def before?(time1, time2), do: compare(time1, time2) == :lt

  @doc "Whether the first time is after the second."
  def after?(time1, time2), do: compare(time1, time2) == :gt

  @doc "The time in another calendar."
  def convert(%{calendar: calendar} = time, calendar) do
    {:ok, %Time{hour: time.hour, minute: time.minute, second: time.second, microsecond: time.microsecond, calendar: calendar}}
  end

  def convert(%{microsecond: {_, precision}} = time, calendar) do
    {hour, minute, second, {value, _}} = time |> to_day_fraction() |> calendar.time_from_day_fraction()
    {:ok, %Time{calendar: calendar, hour: hour, minute: minute, second: second, microsecond: {value, precision}}}
  end

  @doc "`convert/2` that raises."
  def convert!(time, calendar) do
    {:ok, value} = convert(time, calendar)
    value
  end

  @doc "The difference of two times in `unit`."
  def diff(time1, time2, unit \\ :second)
  def diff(%{calendar: _} = time1, %{calendar: _} = time2, :hour), do: div(difference(time1, time2), 3_600_000_000)
  def diff(%{calendar: _} = time1, %{calendar: _} = time2, :minute), do: div(difference(time1, time2), 60_000_000)

  def diff(%{calendar: _} = time1, %{calendar: _} = time2, unit)
      when unit in [:second, :millisecond, :microsecond, :nanosecond] or (is_integer(unit) and unit > 0) do
    System.convert_time_unit(difference(time1, time2), :microsecond, unit)
  end

  def diff(_time1, _time2, unit) do
    raise ArgumentError,
          "unsupported time unit. Expected :second, :millisecond, :microsecond, " <>
            ":nanosecond, or a positive integer, got #{inspect(unit)}"
  end

  defp difference(time1, time2) do
    {parts1, _} = time1 |> to_day_fraction() |> full_fraction()
    {parts2, _} = time2 |> to_day_fraction() |> full_fraction()
    parts1 - parts2
  end

  @doc "The time cut to the digits of a unit."
  def truncate(%Time{microsecond: microsecond} = time, precision) do
    %{time | microsecond: Calendar.truncate(microsecond, precision)}
  end

  defp to_day_fraction(%{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}) do
    calendar.time_to_day_fraction(hour, minute, second, microsecond)
  end
end

defimpl String.Chars, for: Time do
  def to_string(time), do: Time.to_string(time)
end

defimpl Inspect, for: Time do
  def inspect(%{calendar: calendar} = time, _) do
    suffix = if calendar == Calendar.ISO, do: "", else: " " <> Kernel.inspect(calendar)
    "~T[" <> Time.to_string(time) <> suffix <> "]"
  end
end
