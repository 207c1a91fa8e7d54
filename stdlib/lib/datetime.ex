defmodule DateTime do
  @moduledoc "Dates with a time in a time zone."

  import Kernel, except: [to_string: 1]

  @enforce_keys [:year, :month, :day, :hour, :minute, :second, :time_zone, :zone_abbr, :utc_offset, :std_offset]
  defstruct [
    :year,
    :month,
    :day,
    :hour,
    :minute,
    :second,
    :time_zone,
    :zone_abbr,
    :utc_offset,
    :std_offset,
    microsecond: {0, 0},
    calendar: Calendar.ISO
  ]

  @type t :: %__MODULE__{}

  @doc "Now in UTC."
  def utc_now(calendar_or_time_unit \\ Calendar.ISO)
  def utc_now(unit) when unit in [:microsecond, :millisecond, :second, :native], do: utc_now(unit, Calendar.ISO)
  def utc_now(calendar), do: utc_now(:native, calendar)

  @doc "Now in UTC, cut to the digits of a unit."
  def utc_now(time_unit, calendar) when time_unit in [:native, :microsecond, :millisecond, :second] do
    time_unit |> System.os_time() |> from_unix!(time_unit, calendar)
  end

  @doc "Builds from a date and a time in a zone."
  def new(date, time, time_zone \\ "Etc/UTC", time_zone_database \\ Calendar.get_time_zone_database())

  def new(%Date{calendar: calendar} = date, %Time{calendar: calendar} = time, time_zone, database) do
    {:ok, naive} = NaiveDateTime.new(date, time)
    from_naive(naive, time_zone, database)
  end

  @doc "`new/4` that raises."
  def new!(date, time, time_zone \\ "Etc/UTC", time_zone_database \\ Calendar.get_time_zone_database()) do
    case new(date, time, time_zone, time_zone_database) do
      {:ok, datetime} ->
        datetime

      {:ambiguous, first, second} ->
        raise ArgumentError,
              "cannot build datetime with #{inspect(date)} and #{inspect(time)} because such " <>
                "instant is ambiguous in time zone #{time_zone} as there is an overlap " <>
                "between #{inspect(first)} and #{inspect(second)}"

      {:gap, first, second} ->
        raise ArgumentError,
              "cannot build datetime with #{inspect(date)} and #{inspect(time)} because such " <>
                "instant does not exist in time zone #{time_zone} as there is a gap " <>
                "between #{inspect(first)} and #{inspect(second)}"

      {:error, reason} ->
        raise ArgumentError,
              "cannot build datetime with #{inspect(date)} and #{inspect(time)}, reason: #{inspect(reason)}"
    end
  end

  defp build(naive, time_zone, %{utc_offset: utc_offset, std_offset: std_offset, zone_abbr: zone_abbr}) do
    %DateTime{
      year: naive.year,
      month: naive.month,
      day: naive.day,
      hour: naive.hour,
      minute: naive.minute,
      second: naive.second,
      microsecond: naive.microsecond,
      calendar: naive.calendar,
      utc_offset: utc_offset,
      std_offset: std_offset,
      zone_abbr: zone_abbr,
      time_zone: time_zone
    }
  end

  @utc %{utc_offset: 0, std_offset: 0, zone_abbr: "UTC"}

  @doc "From Unix time."
  def from_unix(integer, unit \\ :second, calendar \\ Calendar.ISO) when is_integer(integer) do
    case Calendar.ISO.from_unix(integer, unit) do
      {:ok, {year, month, day}, {hour, minute, second}, microsecond} ->
        naive = %{
          year: year,
          month: month,
          day: day,
          hour: hour,
          minute: minute,
          second: second,
          microsecond: microsecond,
          calendar: Calendar.ISO
        }

        convert(build(naive, "Etc/UTC", @utc), calendar)

      {:error, _} = error ->
        error
    end
  end

  @doc "`from_unix/3` that raises."
  def from_unix!(integer, unit \\ :second, calendar \\ Calendar.ISO) do
    case from_unix(integer, unit, calendar) do
      {:ok, datetime} -> datetime
      {:error, :invalid_unix_time} -> raise ArgumentError, "invalid Unix time #{integer}"
    end
  end

  @doc "A naive datetime in a zone."
  def from_naive(naive_datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database())

  def from_naive(%{calendar: _} = naive, "Etc/UTC", _database), do: {:ok, build(naive, "Etc/UTC", @utc)}

  def from_naive(%{calendar: Calendar.ISO} = naive, time_zone, database) do
    case database.time_zone_periods_from_wall_datetime(naive, time_zone) do
      {:ok, period} ->
        {:ok, build(naive, time_zone, period)}

      {:ambiguous, first, second} ->
        {:ambiguous, build(naive, time_zone, first), build(naive, time_zone, second)}

      {:gap, {first, limit_before}, {second, limit_after}} ->
        {:gap, build(%{limit_before | microsecond: {999_999, 6}}, time_zone, first) |> before_gap(limit_before),
         build(limit_after, time_zone, second)}

      {:error, _} = error ->
        error
    end
  end

  def from_naive(%{calendar: calendar} = naive, time_zone, database) do
    if Calendar.compatible_calendars?(calendar, Calendar.ISO) do
      {:ok, iso} = NaiveDateTime.convert(naive, Calendar.ISO)

      with {:ok, datetime} <- from_naive(iso, time_zone, database), do: convert(datetime, calendar)
    else
      {:error, :incompatible_calendars}
    end
  end

  # The last microsecond before the gap begins.
  defp before_gap(datetime, limit) do
    naive = NaiveDateTime.add(%{limit | microsecond: {0, 6}}, -1, :microsecond)
    %{datetime | day: naive.day, month: naive.month, year: naive.year, hour: naive.hour, minute: naive.minute, second: naive.second, microsecond: naive.microsecond}
  end

  @doc "`from_naive/3` that raises."
  def from_naive!(naive_datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    case from_naive(naive_datetime, time_zone, time_zone_database) do
      {:ok, datetime} ->
        datetime

      {:ambiguous, first, second} ->
        raise ArgumentError,
              "cannot convert #{inspect(naive_datetime)} to datetime because such " <>
                "instant is ambiguous in time zone #{time_zone} as there is an overlap " <>
                "between #{inspect(first)} and #{inspect(second)}"

      {:gap, first, second} ->
        raise ArgumentError,
              "cannot convert #{inspect(naive_datetime)} to datetime because such " <>
                "instant does not exist in time zone #{time_zone} as there is a gap " <>
                "between #{inspect(first)} and #{inspect(second)}"

      {:error, reason} ->
        raise ArgumentError, "cannot convert #{inspect(naive_datetime)} to datetime, reason: #{inspect(reason)}"
    end
  end

  @doc "Now in a zone."
  def now(time_zone, time_zone_database \\ Calendar.get_time_zone_database())
  def now("Etc/UTC", _database), do: {:ok, utc_now()}
  def now(time_zone, database), do: shift_zone(utc_now(), time_zone, database)

  @doc "`now/2` that raises."
  def now!(time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    case now(time_zone, time_zone_database) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError,
              "cannot get current datetime in #{inspect(time_zone)} time zone, reason: #{inspect(reason)}"
    end
  end

  @doc "The same moment in another zone."
  def shift_zone(datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database())
  def shift_zone(%{time_zone: time_zone} = datetime, time_zone, _), do: {:ok, datetime}

  def shift_zone(%{calendar: calendar, microsecond: {_, precision}} = datetime, time_zone, database) do
    utc = datetime |> to_iso_days() |> apply_offset(-total_offset(datetime))

    with {:ok, period} <- period(utc, time_zone, database) do
      naive = utc |> apply_offset(period.utc_offset + period.std_offset) |> NaiveDateTime.from_iso_days(calendar, precision)
      {:ok, build(naive, time_zone, period)}
    end
  end

  defp period(_utc, "Etc/UTC", _database), do: {:ok, @utc}
  defp period(utc, time_zone, database), do: database.time_zone_period_from_utc_iso_days(utc, time_zone)

  @doc "`shift_zone/3` that raises."
  def shift_zone!(datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    case shift_zone(datetime, time_zone, time_zone_database) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError,
              "cannot shift #{inspect(datetime)} to #{inspect(time_zone)} time zone, reason: #{inspect(reason)}"
    end
  end

  defp total_offset(%{utc_offset: utc_offset, std_offset: std_offset}), do: utc_offset + std_offset

  defp apply_offset(iso_days, 0), do: iso_days
  defp apply_offset(iso_days, offset), do: Calendar.ISO.add_day_fraction_to_iso_days(iso_days, offset, 86400)

  defp to_iso_days(datetime), do: NaiveDateTime.to_iso_days(datetime)
  defp to_utc_iso_days(datetime), do: datetime |> to_iso_days() |> apply_offset(-total_offset(datetime))

  @doc "Unix time."
  def to_unix(datetime, unit \\ :second)

  def to_unix(%{utc_offset: _, std_offset: _} = datetime, unit) do
    epoch = System.convert_time_unit(Calendar.ISO.__unix_epoch__(), :second, unit)
    (datetime |> to_utc_iso_days() |> Calendar.ISO.iso_days_to_unit(unit)) - epoch
  end

  @doc "Without the zone."
  def to_naive(%{calendar: calendar, time_zone: _} = datetime) do
    %NaiveDateTime{
      year: datetime.year,
      month: datetime.month,
      day: datetime.day,
      hour: datetime.hour,
      minute: datetime.minute,
      second: datetime.second,
      microsecond: datetime.microsecond,
      calendar: calendar
    }
  end

  @doc "The date."
  def to_date(%{year: year, month: month, day: day, calendar: calendar, time_zone: _}) do
    %Date{year: year, month: month, day: day, calendar: calendar}
  end

  @doc "The time."
  def to_time(%{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar, time_zone: _}) do
    %Time{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}
  end

  @doc "The ISO 8601 text, with the offset or another one."
  def to_iso8601(datetime, format \\ :extended, offset \\ nil)

  def to_iso8601(%{calendar: Calendar.ISO} = datetime, format, nil) when format in [:extended, :basic] do
    NaiveDateTime.to_iso8601(datetime, format) <>
      Calendar.ISO.offset_to_string(total_offset(datetime), datetime.time_zone, format)
  end

  def to_iso8601(%{calendar: Calendar.ISO, microsecond: {_, precision}, time_zone: "Etc/UTC"} = datetime, format, 0)
      when format in [:extended, :basic] do
    _ = precision
    to_iso8601(datetime, format, nil)
  end

  def to_iso8601(%{calendar: Calendar.ISO, microsecond: {_, precision}} = datetime, format, offset)
      when format in [:extended, :basic] and is_integer(offset) do
    naive =
      datetime |> to_utc_iso_days() |> apply_offset(offset) |> NaiveDateTime.from_iso_days(Calendar.ISO, precision)

    NaiveDateTime.to_iso8601(naive, format) <> Calendar.ISO.offset_to_string(offset, nil, format)
  end

  def to_iso8601(%{calendar: _} = datetime, format, offset) when format in [:extended, :basic] do
    datetime |> convert!(Calendar.ISO) |> to_iso8601(format, offset)
  end

  @doc "Parses the ISO 8601 text to UTC: `{:ok, datetime, offset}`."
  def from_iso8601(string, format_or_calendar \\ Calendar.ISO)
  def from_iso8601(string, format) when format in [:basic, :extended], do: from_iso8601(string, Calendar.ISO, format)
  def from_iso8601(string, calendar) when is_atom(calendar), do: from_iso8601(string, calendar, :extended)

  @doc "`from_iso8601/2` with a calendar and a format."
  def from_iso8601(string, calendar, format) do
    with {:ok, {year, month, day, hour, minute, second, microsecond}, offset} <-
           Calendar.ISO.parse_utc_datetime(string, format) do
      naive = %{
        year: year,
        month: month,
        day: day,
        hour: hour,
        minute: minute,
        second: second,
        microsecond: microsecond,
        calendar: Calendar.ISO
      }

      case convert(build(naive, "Etc/UTC", @utc), calendar) do
        {:ok, datetime} -> {:ok, datetime, offset}
        error -> error
      end
    end
  end

  @doc "From a number of seconds since 0000-01-01."
  def from_gregorian_seconds(seconds, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) when is_integer(seconds) do
    naive = NaiveDateTime.from_gregorian_seconds(seconds, microsecond)
    convert!(build(naive, "Etc/UTC", @utc), calendar)
  end

  @doc "The seconds since 0000-01-01 in UTC, and the microseconds."
  def to_gregorian_seconds(%{microsecond: {microsecond, _}} = datetime) do
    {datetime |> to_utc_iso_days() |> Calendar.ISO.iso_seconds(), microsecond}
  end

  @doc "The text of a datetime."
  def to_string(datetime)

  def to_string(%{calendar: calendar} = datetime) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = datetime
    %{time_zone: time_zone, zone_abbr: zone_abbr, utc_offset: utc_offset, std_offset: std_offset} = datetime

    calendar.datetime_to_string(
      year,
      month,
      day,
      hour,
      minute,
      second,
      microsecond,
      time_zone,
      zone_abbr,
      utc_offset,
      std_offset
    )
  end

  @doc "`:gt`, `:eq` or `:lt`, in UTC."
  def compare(%{utc_offset: _, std_offset: _} = datetime1, %{utc_offset: _, std_offset: _} = datetime2) do
    {days1, {parts1, ppd1}} = to_utc_iso_days(datetime1)
    {days2, {parts2, ppd2}} = to_utc_iso_days(datetime2)
    first = {days1, parts1 * ppd2}
    second = {days2, parts2 * ppd1}

    cond do
      first > second -> :gt
      first < second -> :lt
      true -> :eq
    end
  end

  @doc "Whether the first is before the second."
  def before?(datetime1, datetime2), do: compare(datetime1, datetime2) == :lt

  @doc "Whether the first is after the second."
  def after?(datetime1, datetime2), do: compare(datetime1, datetime2) == :gt

  @doc "The difference of two moments in `unit`."
  def diff(datetime1, datetime2, unit \\ :second)
  def diff(%{utc_offset: _} = first, %{utc_offset: _} = second, :day), do: div(diff(first, second, :second), 86400)
  def diff(%{utc_offset: _} = first, %{utc_offset: _} = second, :hour), do: div(diff(first, second, :second), 3600)
  def diff(%{utc_offset: _} = first, %{utc_offset: _} = second, :minute), do: div(diff(first, second, :second), 60)

  def diff(%{utc_offset: _} = first, %{utc_offset: _} = second, unit) do
    if not unit?(unit), do: raise_unit(unit)

    Calendar.ISO.iso_days_to_unit(to_utc_iso_days(first), unit) -
      Calendar.ISO.iso_days_to_unit(to_utc_iso_days(second), unit)
  end

  defp unit?(unit) do
    unit in [:second, :millisecond, :microsecond, :nanosecond] or (is_integer(unit) and unit > 0)
  end

  defp raise_unit(unit) do
    raise ArgumentError,
          "unsupported time unit. Expected :day, :hour, :minute, :second, :millisecond, :microsecond, " <>
            ":nanosecond, or a positive integer, got #{inspect(unit)}"
  end

  @doc "The moment so many units later."
  def add(datetime, amount_to_add, unit \\ :second, time_zone_database \\ Calendar.get_time_zone_database())

  def add(%{utc_offset: _} = datetime, amount, :day, database) when is_integer(amount), do: add(datetime, amount * 86400, :second, database)
  def add(%{utc_offset: _} = datetime, amount, :hour, database) when is_integer(amount), do: add(datetime, amount * 3600, :second, database)
  def add(%{utc_offset: _} = datetime, amount, :minute, database) when is_integer(amount), do: add(datetime, amount * 60, :second, database)

  def add(%{utc_offset: _, microsecond: {_, precision}, time_zone: time_zone, calendar: calendar} = datetime, amount, unit, database)
      when is_integer(amount) do
    if not unit?(unit), do: raise_unit(unit)
    ppd = System.convert_time_unit(86400, :second, unit)
    precision = max(Calendar.ISO.time_unit_to_precision(unit), precision)
    utc = datetime |> to_utc_iso_days() |> Calendar.ISO.add_day_fraction_to_iso_days(amount, ppd)

    case period(utc, time_zone, database) do
      {:ok, period} ->
        naive = utc |> apply_offset(period.utc_offset + period.std_offset) |> NaiveDateTime.from_iso_days(calendar, precision)
        build(naive, time_zone, period)

      {:error, error} ->
        raise ArgumentError,
              "cannot add #{amount} #{unit} to #{inspect(datetime)} (with time zone database #{inspect(database)}), reason: #{inspect(error)}"
    end
  end

  @doc "The moment moved by a duration, in wall time."
  def shift(datetime, duration, time_zone_database \\ Calendar.get_time_zone_database())

  def shift(%{calendar: calendar, time_zone: "Etc/UTC"} = datetime, duration, _database) do
    build(shifted(datetime, calendar, duration), "Etc/UTC", @utc)
  end

  def shift(%{calendar: calendar, time_zone: time_zone} = datetime, duration, database) do
    # Units of date move the wall clock, units of time the moment itself.
    duration = __duration__!(duration)
    dates = %{duration | hour: 0, minute: 0, second: 0, microsecond: {0, 0}}
    naive = shifted(datetime, calendar, dates)

    datetime =
      case from_naive(naive, time_zone, database) do
        {:ok, datetime} -> datetime
        {:ambiguous, first, _second} -> first
        {:gap, _first, second} -> second
        {:error, reason} -> raise ArgumentError, "cannot shift #{inspect(datetime)} to #{inspect(duration)} (with time zone database #{inspect(database)}), reason: #{inspect(reason)}"
      end

    {value, precision} = duration.microsecond
    seconds = duration.hour * 3600 + duration.minute * 60 + duration.second
    moved = add(datetime, seconds * 1_000_000 + value, :microsecond, database)
    {micro, _} = moved.microsecond
    {_, own} = datetime.microsecond
    %{moved | microsecond: {micro, max(own, precision)}}
  end

  defp shifted(datetime, calendar, duration) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = datetime

    {year, month, day, hour, minute, second, microsecond} =
      calendar.shift_naive_datetime(year, month, day, hour, minute, second, microsecond, __duration__!(duration))

    %NaiveDateTime{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}
  end

  @doc false
  def __duration__!(%Duration{} = duration), do: duration
  def __duration__!(units), do: Duration.new!(units)

  @doc "Cut to the digits of a unit."
  def truncate(%DateTime{microsecond: microsecond} = datetime, precision) do
    %{datetime | microsecond: Calendar.truncate(microsecond, precision)}
  end

  def truncate(%{} = datetime, precision), do: %{datetime | microsecond: Calendar.truncate(datetime.microsecond, precision)}

  @doc "The same moment in another calendar."
  def convert(%DateTime{calendar: calendar} = datetime, calendar), do: {:ok, datetime}

  def convert(%{calendar: calendar} = datetime, calendar) do
    {:ok, build(datetime, datetime.time_zone, datetime)}
  end

  def convert(%{calendar: from, microsecond: {_, precision}} = datetime, calendar) do
    if Calendar.compatible_calendars?(from, calendar) do
      naive = datetime |> to_iso_days() |> NaiveDateTime.from_iso_days(calendar, precision)
      {:ok, build(naive, datetime.time_zone, datetime)}
    else
      {:error, :incompatible_calendars}
    end
  end

  @doc "`convert/2` that raises."
  def convert!(datetime, calendar) do
    case convert(datetime, calendar) do
      {:ok, value} ->
        value

      {:error, reason} ->
        raise ArgumentError,
              "cannot convert #{inspect(datetime)} to target calendar #{inspect(calendar)}, reason: #{inspect(reason)}"
    end
  end
end

defimpl String.Chars, for: DateTime do
  def to_string(datetime), do: DateTime.to_string(datetime)
end

defimpl Inspect, for: DateTime do
  def inspect(%{calendar: calendar, utc_offset: 0, std_offset: 0, time_zone: "Etc/UTC", year: year} = datetime, _)
      when calendar != Calendar.ISO or year in -9999..9999 do
    suffix = if calendar == Calendar.ISO, do: "", else: " " <> Kernel.inspect(calendar)
    "~U[" <> DateTime.to_string(datetime) <> suffix <> "]"
  end

  def inspect(%{calendar: calendar} = datetime, _) do
    suffix = if calendar == Calendar.ISO, do: "", else: " " <> Kernel.inspect(calendar)
    "#DateTime<" <> DateTime.to_string(datetime) <> suffix <> ">"
  end
end
