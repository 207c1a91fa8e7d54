defmodule DateTime do
  @moduledoc "Dates with a time in a time zone; zones other than UTC come from a time zone database."

  import Kernel, except: [to_string: 1]
  import Calendar.Fields, only: [ok!: 2]
  alias Calendar.Fields

  @zone_fields [:time_zone, :zone_abbr, :utc_offset, :std_offset]
  @enforce_keys [:year, :month, :day, :hour, :minute, :second | @zone_fields]
  defstruct @enforce_keys ++ [microsecond: {0, 0}, calendar: Calendar.ISO]

  @type t :: %__MODULE__{}

  @units [:year, :month, :week, :day, :hour, :minute, :second, :microsecond]
  @utc %{time_zone: "Etc/UTC", zone_abbr: "UTC", utc_offset: 0, std_offset: 0}

  # `instant/1` is a datetime's moment in UTC; `zoned/3` makes the struct of a wall and of a zone's fields.

  ## Making

  @doc """
  Joins a date and a time in a zone.

  `{:ok, datetime}`; `{:ambiguous, first, second}` where clocks were set back; `{:gap, before, after}` where they were
  set forward; `{:error, reason}`.
  """
  def new(date, time, time_zone \\ "Etc/UTC", time_zone_database \\ Calendar.get_time_zone_database())

  def new(%Date{calendar: same} = date, %Time{calendar: same} = time, time_zone, database) do
    date |> NaiveDateTime.new!(time) |> from_naive(time_zone, database)
  end

  @doc "`new/4` that raises, also for an ambiguous or a missing time."
  def new!(date, time, time_zone \\ "Etc/UTC", time_zone_database \\ Calendar.get_time_zone_database()) do
    only!(new(date, time, time_zone, time_zone_database), time_zone, fn ->
      "cannot build datetime with #{inspect(date)} and #{inspect(time)}"
    end)
  end

  @doc "The zone's datetime whose clock shows `naive_datetime`; results as in `new/4`."
  def from_naive(naive_datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database())

  def from_naive(%{calendar: calendar} = naive, "Etc/UTC", _database), do: {:ok, zoned(Fields.wall(naive), calendar, @utc)}

  def from_naive(%{calendar: Calendar.ISO} = naive, time_zone, database) do
    at = fn wall, period -> zoned(Fields.wall(wall), Calendar.ISO, period(period, time_zone)) end

    case database.time_zone_periods_from_wall_datetime(naive, time_zone) do
      {:ok, period} -> {:ok, at.(naive, period)}
      {:ambiguous, earlier, later} -> {:ambiguous, at.(naive, earlier), at.(naive, later)}
      {:gap, {earlier, ends}, {later, begins}} -> {:gap, at.(just_before(ends), earlier), at.(begins, later)}
      {:error, _reason} = error -> error
    end
  end

  # Databases know ISO's calendar only.
  def from_naive(%{calendar: calendar} = naive, time_zone, database) do
    with {:ok, iso} <- NaiveDateTime.convert(naive, Calendar.ISO),
         {:ok, datetime} <- from_naive(iso, time_zone, database),
         do: convert(datetime, calendar)
  end

  defp just_before(limit), do: NaiveDateTime.add(limit, -1, :microsecond)

  @doc "`from_naive/3` that raises, also for an ambiguous or a missing time."
  def from_naive!(naive_datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    only!(from_naive(naive_datetime, time_zone, time_zone_database), time_zone, fn ->
      "cannot convert #{inspect(naive_datetime)} to datetime"
    end)
  end

  defp only!({:ok, datetime}, _time_zone, _complaint), do: datetime

  defp only!({:error, reason}, _time_zone, complaint) do
    raise ArgumentError, complaint.() <> ", reason: #{inspect(reason)}"
  end

  defp only!({kind, one, other}, time_zone, complaint) do
    {is, as_there_is} = if kind == :gap, do: {"does not exist", "a gap"}, else: {"is ambiguous", "an overlap"}

    raise ArgumentError,
          complaint.() <>
            " because such instant #{is} in time zone #{time_zone} as there is #{as_there_is} " <>
            "between #{inspect(one)} and #{inspect(other)}"
  end

  @doc "Now in UTC, in a calendar or with the digits of a unit."
  def utc_now(calendar_or_time_unit \\ Calendar.ISO)
  def utc_now(unit) when unit in [:native, :second, :millisecond, :microsecond], do: utc_now(unit, Calendar.ISO)
  def utc_now(calendar), do: utc_now(:native, calendar)

  @doc "Now in UTC, with the digits of a unit and in a calendar."
  def utc_now(time_unit, calendar) when time_unit in [:native, :second, :millisecond, :microsecond] do
    from_unix!(System.os_time(time_unit), time_unit, calendar)
  end

  @doc "Now in a zone: `{:ok, datetime}` or `{:error, reason}`."
  def now(time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    shift_zone(utc_now(), time_zone, time_zone_database)
  end

  @doc "`now/2` that raises."
  def now!(time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    ok!(now(time_zone, time_zone_database), "cannot get current datetime in #{inspect(time_zone)} time zone")
  end

  ## Numbers and texts

  @doc "The datetime so many units after 1970-01-01 in UTC: `{:ok, datetime}` or `{:error, :invalid_unix_time}`."
  def from_unix(integer, unit \\ :second, calendar \\ Calendar.ISO) when is_integer(integer) do
    case Calendar.ISO.from_unix(integer, unit) do
      {:ok, day, {hour, minute, second}, micro} ->
        {day, {hour, minute, second, micro}} |> zoned(Calendar.ISO, @utc) |> convert(calendar)

      {:error, _reason} = error ->
        error
    end
  end

  @doc "`from_unix/3` that raises."
  def from_unix!(integer, unit \\ :second, calendar \\ Calendar.ISO) do
    with {:error, :invalid_unix_time} <- from_unix(integer, unit, calendar) do
      raise ArgumentError, "invalid Unix time #{integer}"
    else
      {:ok, datetime} -> datetime
    end
  end

  @doc "Whole units since 1970-01-01 in UTC."
  def to_unix(datetime, unit \\ :second)

  def to_unix(%{utc_offset: _, std_offset: _} = datetime, unit) do
    since_epoch = System.convert_time_unit(Calendar.ISO.__unix_epoch__(), :second, unit)
    Calendar.ISO.iso_days_to_unit(instant(datetime), unit) - since_epoch
  end

  @doc "The datetime in UTC so many seconds after 0000-01-01."
  def from_gregorian_seconds(seconds, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) when is_integer(seconds) do
    naive = NaiveDateTime.from_gregorian_seconds(seconds, microsecond, calendar)
    zoned(Fields.wall(naive), calendar, @utc)
  end

  @doc "`{seconds, microseconds}` since 0000-01-01 in UTC."
  def to_gregorian_seconds(%{microsecond: {micros, _digits}} = datetime) do
    {datetime |> instant() |> Calendar.ISO.iso_days_to_unit(:second), micros}
  end

  @doc "Reads an ISO 8601 text: `{:ok, datetime_in_utc, offset}` or `{:error, reason}`."
  def from_iso8601(string, format_or_calendar \\ Calendar.ISO)
  def from_iso8601(string, format) when format in [:extended, :basic], do: from_iso8601(string, Calendar.ISO, format)
  def from_iso8601(string, calendar) when is_atom(calendar), do: from_iso8601(string, calendar, :extended)

  @doc "`from_iso8601/2` with both a calendar and a format."
  def from_iso8601(string, calendar, format) do
    with {:ok, {year, month, day, hour, minute, second, micro}, offset} <-
           Calendar.ISO.parse_utc_datetime(string, format),
         wall = {{year, month, day}, {hour, minute, second, micro}},
         {:ok, datetime} <- wall |> zoned(Calendar.ISO, @utc) |> convert(calendar),
         do: {:ok, datetime, offset}
  end

  @doc "The ISO 8601 text; in the zone's offset, or in `offset` seconds from UTC."
  def to_iso8601(datetime, format \\ :extended, offset \\ nil)

  def to_iso8601(%{calendar: _} = datetime, format, nil) when format in [:extended, :basic] do
    iso = convert!(datetime, Calendar.ISO)
    NaiveDateTime.to_iso8601(iso, format) <> Calendar.ISO.offset_to_string(offset(iso), iso.time_zone, format)
  end

  def to_iso8601(%{calendar: _, time_zone: "Etc/UTC"} = datetime, format, 0) when format in [:extended, :basic] do
    to_iso8601(datetime, format, nil)
  end

  def to_iso8601(%{calendar: _, microsecond: {_, digits}} = datetime, format, offset)
      when format in [:extended, :basic] and is_integer(offset) do
    naive =
      datetime |> instant() |> later(offset) |> Fields.wall_at(Calendar.ISO, digits) |> Fields.naive(Calendar.ISO)

    NaiveDateTime.to_iso8601(naive, format) <> Calendar.ISO.offset_to_string(offset, nil, format)
  end

  @doc "The text that the calendar gives, for ISO with a space in the middle and the zone at the end."
  def to_string(%{calendar: calendar} = datetime) do
    {{year, month, day}, {hour, minute, second, micro}} = Fields.wall(datetime)
    zone = Enum.map(@zone_fields, &Map.fetch!(datetime, &1))
    apply(calendar, :datetime_to_string, [year, month, day, hour, minute, second, micro | zone])
  end

  @doc "Without the zone."
  def to_naive(%{calendar: calendar, time_zone: _} = datetime), do: datetime |> Fields.wall() |> Fields.naive(calendar)

  @doc "The date alone."
  def to_date(%{calendar: calendar, time_zone: _} = datetime), do: datetime |> Fields.day() |> Fields.date(calendar)

  @doc "The time alone."
  def to_time(%{calendar: calendar, time_zone: _} = datetime), do: datetime |> Fields.clock() |> Fields.time(calendar)

  ## Two datetimes

  @doc "How two datetimes stand in UTC: `:lt`, `:eq` or `:gt`."
  def compare(%{utc_offset: _, std_offset: _} = one, %{utc_offset: _, std_offset: _} = other) do
    Fields.order(instant(one), instant(other))
  end

  @doc "True when the first is the earlier one."
  def before?(one, other), do: compare(one, other) == :lt

  @doc "True when the first is the later one."
  def after?(one, other), do: compare(one, other) == :gt

  @doc "From the second to the first, in whole units."
  def diff(datetime1, datetime2, unit \\ :second)

  def diff(%{utc_offset: _, std_offset: _} = one, %{utc_offset: _, std_offset: _} = other, unit) do
    Fields.distance(instant(one), instant(other), unit)
  end

  ## Moving

  @doc "So much later as time goes by, whatever the clocks show."
  def add(datetime, amount_to_add, unit \\ :second, time_zone_database \\ Calendar.get_time_zone_database())

  def add(%{utc_offset: _, microsecond: {_, digits}} = datetime, amount, unit, database) when is_integer(amount) do
    {instant, shown} = datetime |> instant() |> Fields.move(amount, unit)

    case at_instant(instant, datetime.calendar, Kernel.max(digits, shown), datetime.time_zone, database) do
      {:ok, moved} ->
        moved

      {:error, reason} ->
        raise ArgumentError,
              "cannot add #{amount} #{unit} to #{inspect(datetime)} (with time zone database #{inspect(database)}), " <>
                "reason: #{inspect(reason)}"
    end
  end

  @doc "Moved by a duration: its dates move the zone's wall clock, its times go on from there as time goes by."
  def shift(datetime, duration, time_zone_database \\ Calendar.get_time_zone_database())

  def shift(%{time_zone: "Etc/UTC", calendar: calendar} = datetime, duration, _database) do
    datetime |> NaiveDateTime.shift(duration) |> Fields.wall() |> zoned(calendar, @utc)
  end

  def shift(%{time_zone: time_zone} = datetime, duration, database) do
    duration = Fields.duration(duration, @units)
    days = %{duration | hour: 0, minute: 0, second: 0, microsecond: {0, 0}}

    moved =
      case datetime |> NaiveDateTime.shift(days) |> from_naive(time_zone, database) do
        {:ok, moved} ->
          moved

        {:ambiguous, earlier, _later} ->
          earlier

        {:gap, _before, first} ->
          first

        {:error, reason} ->
          raise ArgumentError,
                "cannot shift #{inspect(datetime)} to #{inspect(duration)} (with time zone database " <>
                  "#{inspect(database)}), reason: #{inspect(reason)}"
      end

    {micros, digits} = duration.microsecond
    seconds = duration.hour * 3600 + duration.minute * 60 + duration.second
    {_, own_digits} = moved.microsecond
    %{microsecond: {value, _}} = moved = add(moved, seconds * 1_000_000 + micros, :microsecond, database)
    %{moved | microsecond: {value, Kernel.max(own_digits, digits)}}
  end

  @doc "The same instant in another zone: `{:ok, datetime}` or `{:error, reason}`."
  def shift_zone(datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database())
  def shift_zone(%{time_zone: same} = datetime, same, _database), do: {:ok, datetime}

  def shift_zone(%{calendar: calendar, microsecond: {_, digits}} = datetime, time_zone, database) do
    datetime |> instant() |> at_instant(calendar, digits, time_zone, database)
  end

  @doc "`shift_zone/3` that raises."
  def shift_zone!(datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    ok!(
      shift_zone(datetime, time_zone, time_zone_database),
      "cannot shift #{inspect(datetime)} to #{inspect(time_zone)} time zone"
    )
  end

  @doc "With no more digits of a second than `precision` has."
  def truncate(%{microsecond: micro} = datetime, precision) do
    %{datetime | microsecond: Calendar.truncate(micro, precision)}
  end

  @doc "The same instant in another calendar, if its days begin when this one's do."
  def convert(%DateTime{calendar: same} = datetime, same), do: {:ok, datetime}

  def convert(%{calendar: _, time_zone: _} = datetime, calendar) do
    case NaiveDateTime.convert(datetime, calendar) do
      {:ok, naive} -> {:ok, naive |> Fields.wall() |> zoned(calendar, Map.take(datetime, @zone_fields))}
      error -> error
    end
  end

  @doc "`convert/2` that raises."
  def convert!(datetime, calendar) do
    ok!(convert(datetime, calendar), "cannot convert #{inspect(datetime)} to target calendar #{inspect(calendar)}")
  end

  ## Zones and moments

  defp zoned({{year, month, day}, {hour, minute, second, micro}}, calendar, zone) do
    %DateTime{
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: micro,
      calendar: calendar,
      time_zone: zone.time_zone,
      zone_abbr: zone.zone_abbr,
      utc_offset: zone.utc_offset,
      std_offset: zone.std_offset
    }
  end

  # A database's period may hold more than is asked for.
  defp period(%{zone_abbr: _, utc_offset: _, std_offset: _} = period, time_zone), do: Map.put(period, :time_zone, time_zone)

  defp at_instant(instant, calendar, digits, "Etc/UTC", _database) do
    {:ok, instant |> Fields.wall_at(calendar, digits) |> zoned(calendar, @utc)}
  end

  defp at_instant(instant, calendar, digits, time_zone, database) do
    with {:ok, period} <- database.time_zone_period_from_utc_iso_days(instant, time_zone) do
      wall = instant |> later(offset(period)) |> Fields.wall_at(calendar, digits)
      {:ok, zoned(wall, calendar, period(period, time_zone))}
    end
  end

  defp offset(%{utc_offset: seconds, std_offset: summer}), do: seconds + summer

  defp instant(datetime), do: datetime |> Fields.moment() |> later(-offset(datetime))

  defp later(moment, 0), do: moment
  defp later(moment, seconds), do: moment |> Fields.move(seconds, :second) |> elem(0)
end

defimpl String.Chars, for: DateTime do
  defdelegate to_string(datetime), to: DateTime
end

defimpl Inspect, for: DateTime do
  def inspect(%{calendar: calendar} = datetime, _opts) do
    text = DateTime.to_string(datetime) <> Calendar.Fields.inspected_calendar(calendar)

    case datetime do
      %{time_zone: "Etc/UTC", utc_offset: 0, std_offset: 0, year: year}
      when calendar != Calendar.ISO or year in -9999..9999 ->
        "~U[" <> text <> "]"

      _ ->
        "#DateTime<" <> text <> ">"
    end
  end
end
