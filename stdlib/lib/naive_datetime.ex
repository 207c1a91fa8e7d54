defmodule NaiveDateTime do
  @moduledoc "Dates with a time and without a zone."

  import Kernel, except: [to_string: 1]

  @enforce_keys [:year, :month, :day, :hour, :minute, :second]
  defstruct [:year, :month, :day, :hour, :minute, :second, microsecond: {0, 0}, calendar: Calendar.ISO]

  @type t :: %__MODULE__{}

  @doc "Now in UTC."
  def utc_now(calendar_or_time_unit \\ Calendar.ISO)

  def utc_now(unit) when unit in [:microsecond, :millisecond, :second, :native], do: utc_now(unit, Calendar.ISO)
  def utc_now(calendar), do: utc_now(:native, calendar)

  @doc "Now in UTC, cut to the digits of a unit."
  def utc_now(time_unit, calendar) when time_unit in [:native, :microsecond, :millisecond, :second] do
    {:ok, {year, month, day}, {hour, minute, second}, microsecond} =
      Calendar.ISO.from_unix(System.os_time(time_unit), time_unit)

    convert!(build(year, month, day, hour, minute, second, microsecond, Calendar.ISO), calendar)
  end

  @doc "Now in the zone of the machine."
  def local_now(calendar \\ Calendar.ISO) do
    {{year, month, day}, {hour, minute, second}} = :erlang.localtime()
    convert!(build(year, month, day, hour, minute, second, {0, 0}, Calendar.ISO), calendar)
  end

  defp build(year, month, day, hour, minute, second, microsecond, calendar) do
    %NaiveDateTime{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond,
      calendar: calendar
    }
  end

  @doc "Builds from parts."
  def new(year, month, day, hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def new(year, month, day, hour, minute, second, microsecond, calendar) when is_integer(microsecond) do
    new(year, month, day, hour, minute, second, {microsecond, 6}, calendar)
  end

  def new(year, month, day, hour, minute, second, microsecond, calendar) do
    cond do
      not calendar.valid_date?(year, month, day) -> {:error, :invalid_date}
      not calendar.valid_time?(hour, minute, second, microsecond) -> {:error, :invalid_time}
      true -> {:ok, build(year, month, day, hour, minute, second, microsecond, calendar)}
    end
  end

  @doc "`new/8` that raises."
  def new!(year, month, day, hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    case new(year, month, day, hour, minute, second, microsecond, calendar) do
      {:ok, value} -> value
      {:error, reason} -> raise ArgumentError, "cannot build naive datetime, reason: #{inspect(reason)}"
    end
  end

  @doc "Builds from a date and a time."
  def new(date, time)

  def new(%Date{calendar: calendar} = date, %Time{calendar: calendar} = time) do
    {:ok,
     build(date.year, date.month, date.day, time.hour, time.minute, time.second, time.microsecond, calendar)}
  end

  @doc "`new/2` that raises."
  def new!(date, time)

  def new!(%Date{calendar: calendar} = date, %Time{calendar: calendar} = time) do
    {:ok, naive} = new(date, time)
    naive
  end

  @doc "The moment so many units later."
  def add(naive_datetime, amount_to_add, unit \\ :second)

  def add(%{} = naive, amount, :day) when is_integer(amount), do: add(naive, amount * 86400, :second)
  def add(%{} = naive, amount, :hour) when is_integer(amount), do: add(naive, amount * 3600, :second)
  def add(%{} = naive, amount, :minute) when is_integer(amount), do: add(naive, amount * 60, :second)

  def add(%{calendar: calendar, microsecond: {_, precision}} = naive, amount, unit) when is_integer(amount) do
    if not unit?(unit), do: raise_unit(unit)
    ppd = System.convert_time_unit(86400, :second, unit)
    precision = max(Calendar.ISO.time_unit_to_precision(unit), precision)

    naive
    |> to_iso_days()
    |> Calendar.ISO.add_day_fraction_to_iso_days(amount, ppd)
    |> from_iso_days(calendar, precision)
  end

  defp unit?(unit) do
    unit in [:second, :millisecond, :microsecond, :nanosecond] or (is_integer(unit) and unit > 0)
  end

  defp raise_unit(unit) do
    raise ArgumentError,
          "unsupported time unit. Expected :day, :hour, :minute, :second, :millisecond, :microsecond, " <>
            ":nanosecond, or a positive integer, got #{inspect(unit)}"
  end

  @doc "The difference of two moments in `unit`."
  def diff(naive_datetime1, naive_datetime2, unit \\ :second)
  def diff(%{} = first, %{} = second, :day), do: div(diff(first, second, :second), 86400)
  def diff(%{} = first, %{} = second, :hour), do: div(diff(first, second, :second), 3600)
  def diff(%{} = first, %{} = second, :minute), do: div(diff(first, second, :second), 60)

  def diff(%{calendar: calendar1} = first, %{calendar: calendar2} = second, unit) do
    if not Calendar.compatible_calendars?(calendar1, calendar2) do
      raise ArgumentError,
            "cannot calculate the difference between #{inspect(first)} and #{inspect(second)} " <>
              "because their calendars are not compatible and thus the result would be ambiguous"
    end

    if not unit?(unit), do: raise_unit(unit)

    Calendar.ISO.iso_days_to_unit(to_iso_days(first), unit) -
      Calendar.ISO.iso_days_to_unit(to_iso_days(second), unit)
  end

  @doc "The moment moved by a duration."
  def shift(%{calendar: calendar} = naive, duration) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = naive

    {year, month, day, hour, minute, second, microsecond} =
      calendar.shift_naive_datetime(year, month, day, hour, minute, second, microsecond, __duration__!(duration))

    build(year, month, day, hour, minute, second, microsecond, calendar)
  end

  @doc false
  def __duration__!(%Duration{} = duration), do: duration
  def __duration__!(units), do: Duration.new!(units)

  @doc "Cut to the digits of a unit."
  def truncate(%NaiveDateTime{microsecond: microsecond} = naive, precision) do
    %{naive | microsecond: Calendar.truncate(microsecond, precision)}
  end

  def truncate(%{} = naive, precision) do
    build(naive.year, naive.month, naive.day, naive.hour, naive.minute, naive.second, Calendar.truncate(naive.microsecond, precision), naive.calendar)
  end

  @doc "The date."
  def to_date(%{year: year, month: month, day: day, calendar: calendar, hour: _, minute: _, second: _, microsecond: _}) do
    %Date{year: year, month: month, day: day, calendar: calendar}
  end

  @doc "The time."
  def to_time(%{year: _, hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}) do
    %Time{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}
  end

  @doc "The text of a naive datetime."
  def to_string(naive_datetime)

  def to_string(%{calendar: calendar} = naive) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = naive
    calendar.naive_datetime_to_string(year, month, day, hour, minute, second, microsecond)
  end

  @doc "Parses the ISO 8601 text; an offset is not kept."
  def from_iso8601(string, calendar \\ Calendar.ISO) do
    with {:ok, {year, month, day, hour, minute, second, microsecond}} <- Calendar.ISO.parse_naive_datetime(string) do
      convert(build(year, month, day, hour, minute, second, microsecond, Calendar.ISO), calendar)
    end
  end

  @doc "`from_iso8601/2` that raises."
  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    case from_iso8601(string, calendar) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError, "cannot parse #{inspect(string)} as naive datetime, reason: #{inspect(reason)}"
    end
  end

  @doc "The ISO 8601 text."
  def to_iso8601(naive_datetime, format \\ :extended)

  def to_iso8601(%{calendar: Calendar.ISO} = naive, format) when format in [:basic, :extended] do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = naive

    Calendar.ISO.date_to_string(year, month, day, format) <>
      "T" <> Calendar.ISO.time_to_string(hour, minute, second, microsecond, format)
  end

  def to_iso8601(%{calendar: _} = naive, format) when format in [:basic, :extended] do
    naive |> convert!(Calendar.ISO) |> to_iso8601(format)
  end

  @doc "An Erlang datetime."
  def to_erl(naive_datetime)

  def to_erl(%{calendar: _} = naive) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second} = convert!(naive, Calendar.ISO)
    {{year, month, day}, {hour, minute, second}}
  end

  @doc "From an Erlang datetime."
  def from_erl(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def from_erl({{year, month, day}, {hour, minute, second}}, microsecond, calendar) do
    with {:ok, naive} <- new(year, month, day, hour, minute, second, microsecond), do: convert(naive, calendar)
  end

  @doc "`from_erl/3` that raises."
  def from_erl!(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    case from_erl(tuple, microsecond, calendar) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError, "cannot convert #{inspect(tuple)} to naive datetime, reason: #{inspect(reason)}"
    end
  end

  @doc "From a number of seconds since 0000-01-01."
  def from_gregorian_seconds(seconds, {_, _} = microsecond \\ {0, 0}, calendar \\ Calendar.ISO) when is_integer(seconds) do
    {year, month, day, hour, minute, second} = Calendar.ISO.naive_from_seconds(seconds)
    convert!(build(year, month, day, hour, minute, second, microsecond, Calendar.ISO), calendar)
  end

  @doc "The seconds since 0000-01-01, and the microseconds."
  def to_gregorian_seconds(%{microsecond: {microsecond, _}} = naive) do
    {naive |> to_iso_days() |> Calendar.ISO.iso_seconds(), microsecond}
  end

  @doc "`:gt`, `:eq` or `:lt`."
  def compare(%{calendar: calendar1} = first, %{calendar: calendar2} = second) do
    if Calendar.compatible_calendars?(calendar1, calendar2) do
      order(to_iso_days(first), to_iso_days(second))
    else
      raise ArgumentError,
            "cannot compare #{inspect(first)} with #{inspect(second)}.\n\nThis comparison would be ambiguous as their calendars have incompatible day rollover moments.\nSpecify an exact time of day (using DateTime) to resolve this ambiguity"
    end
  end

  defp order({days, {parts1, ppd1}}, {days, {parts2, ppd2}}) do
    cond do
      parts1 * ppd2 > parts2 * ppd1 -> :gt
      parts1 * ppd2 < parts2 * ppd1 -> :lt
      true -> :eq
    end
  end

  defp order({days1, _}, {days2, _}), do: if(days1 > days2, do: :gt, else: :lt)

  @doc "Whether the first is before the second."
  def before?(first, second), do: compare(first, second) == :lt

  @doc "Whether the first is after the second."
  def after?(first, second), do: compare(first, second) == :gt

  @doc "The same moment in another calendar."
  def convert(%{calendar: calendar} = naive, calendar) do
    {:ok, build(naive.year, naive.month, naive.day, naive.hour, naive.minute, naive.second, naive.microsecond, calendar)}
  end

  def convert(%{calendar: from, microsecond: {_, precision}} = naive, calendar) do
    if Calendar.compatible_calendars?(from, calendar),
      do: {:ok, naive |> to_iso_days() |> from_iso_days(calendar, precision)},
      else: {:error, :incompatible_calendars}
  end

  @doc "`convert/2` that raises."
  def convert!(naive, calendar) do
    case convert(naive, calendar) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError,
              "cannot convert #{inspect(naive)} to target calendar #{inspect(calendar)}, reason: #{inspect(reason)}"
    end
  end

  @doc "The first moment of the day."
  def beginning_of_day(%{calendar: calendar, microsecond: {_, precision}} = naive) do
    naive |> to_iso_days() |> calendar.iso_days_to_beginning_of_day() |> from_iso_days(calendar, precision)
  end

  @doc "The last moment of the day, with as many digits."
  def end_of_day(%{calendar: calendar, microsecond: {_, precision}} = naive) do
    end_of_day = naive |> to_iso_days() |> calendar.iso_days_to_end_of_day() |> from_iso_days(calendar, precision)
    %{microsecond: {value, _}} = end_of_day
    cut = trunc(:math.pow(10, 6 - precision))
    %{end_of_day | microsecond: {div(value, cut) * cut, precision}}
  end

  @doc false
  def to_iso_days(%{calendar: calendar, year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond}) do
    calendar.naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond)
  end

  @doc false
  def from_iso_days(iso_days, calendar, precision) do
    {year, month, day, hour, minute, second, {value, _}} = calendar.naive_datetime_from_iso_days(iso_days)
    build(year, month, day, hour, minute, second, {value, precision}, calendar)
  end
end

defimpl String.Chars, for: NaiveDateTime do
  def to_string(naive), do: NaiveDateTime.to_string(naive)
end

defimpl Inspect, for: NaiveDateTime do
  def inspect(%{calendar: Calendar.ISO, year: year} = naive, _) when year not in -9999..9999 do
    %{month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = naive
    "NaiveDateTime.new!(#{year}, #{month}, #{day}, #{hour}, #{minute}, #{second}, #{Kernel.inspect(microsecond)})"
  end

  def inspect(%{calendar: calendar} = naive, _) do
    suffix = if calendar == Calendar.ISO, do: "", else: " " <> Kernel.inspect(calendar)
    "~N[" <> NaiveDateTime.to_string(naive) <> suffix <> "]"
  end
end
