defmodule NaiveDateTime do
  @moduledoc "A date and a time of day, of no zone in particular."

  import Kernel, except: [to_string: 1]
  import Calendar.Fields, only: [ok!: 2]
  alias Calendar.Fields

  @enforce_keys [:year, :month, :day, :hour, :minute, :second]
  defstruct [:year, :month, :day, :hour, :minute, :second, microsecond: {0, 0}, calendar: Calendar.ISO]

  @type t :: %__MODULE__{}

  @units [:year, :month, :week, :day, :hour, :minute, :second, :microsecond]

  ## Making

  @doc "Checks the parts: `{:ok, naive}`, `{:error, :invalid_date}` or `{:error, :invalid_time}`."
  @spec new(integer, integer, integer, integer, integer, integer, Calendar.microsecond() | integer, Calendar.calendar()) ::
          {:ok, t} | {:error, atom}
  def new(year, month, day, hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def new(year, month, day, hour, minute, second, micros, calendar) when is_integer(micros) do
    new(year, month, day, hour, minute, second, {micros, 6}, calendar)
  end

  def new(year, month, day, hour, minute, second, micro, calendar) do
    with {:date, true} <- {:date, calendar.valid_date?(year, month, day)},
         {:time, true} <- {:time, calendar.valid_time?(hour, minute, second, micro)} do
      {:ok, Fields.naive({{year, month, day}, {hour, minute, second, micro}}, calendar)}
    else
      {:date, false} -> {:error, :invalid_date}
      {:time, false} -> {:error, :invalid_time}
    end
  end

  @doc "`new/8` that raises."
  @spec new!(integer, integer, integer, integer, integer, integer, Calendar.microsecond() | integer, Calendar.calendar()) :: t
  def new!(year, month, day, hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    ok!(new(year, month, day, hour, minute, second, microsecond, calendar), "cannot build naive datetime")
  end

  @doc "Joins a date and a time of one calendar; never an error."
  @spec new(Date.t(), Time.t()) :: {:ok, t}
  def new(%Date{calendar: same} = date, %Time{calendar: same} = time) do
    {:ok, Fields.naive({Fields.day(date), Fields.clock(time)}, same)}
  end

  @doc "`new/2` without the `:ok`."
  @spec new!(Date.t(), Time.t()) :: t
  def new!(%Date{} = date, %Time{} = time), do: date |> new(time) |> elem(1)

  @doc "Now in UTC, in a calendar or with the digits of a unit."
  @spec utc_now(Calendar.calendar() | :native | :microsecond | :millisecond | :second) :: t
  def utc_now(calendar_or_time_unit \\ Calendar.ISO), do: DateTime.to_naive(DateTime.utc_now(calendar_or_time_unit))

  @doc "Now in UTC, with the digits of a unit and in a calendar."
  @spec utc_now(:native | :microsecond | :millisecond | :second, Calendar.calendar()) :: t
  def utc_now(time_unit, calendar), do: DateTime.to_naive(DateTime.utc_now(time_unit, calendar))

  @doc "What the machine's own clock shows, to the second."
  @spec local_now(Calendar.calendar()) :: t
  def local_now(calendar \\ Calendar.ISO), do: from_erl!(:erlang.localtime(), {0, 0}, calendar)

  ## Texts and tuples

  @doc "The text that the calendar gives, for ISO with a space in the middle."
  @spec to_string(Calendar.naive_datetime()) :: String.t()
  def to_string(%{calendar: calendar} = naive), do: naive |> Fields.wall() |> Fields.wall_text(calendar)

  @doc "Reads an ISO 8601 date and time; an offset behind it is read over."
  @spec from_iso8601(String.t(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_iso8601(string, calendar \\ Calendar.ISO) do
    case Calendar.ISO.parse_naive_datetime(string) do
      {:ok, {year, month, day, hour, minute, second, micro}} ->
        convert(Fields.naive({{year, month, day}, {hour, minute, second, micro}}, Calendar.ISO), calendar)

      error ->
        error
    end
  end

  @doc "`from_iso8601/2` that raises."
  @spec from_iso8601!(String.t(), Calendar.calendar()) :: t
  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    ok!(from_iso8601(string, calendar), "cannot parse #{inspect(string)} as naive datetime")
  end

  @doc "The date, a `T` and the time as ISO 8601 writes them, with `:basic` without separators."
  @spec to_iso8601(Calendar.naive_datetime(), :extended | :basic) :: String.t()
  def to_iso8601(naive_datetime, format \\ :extended)

  def to_iso8601(%{calendar: _} = naive, format) when format in [:extended, :basic] do
    iso = convert!(naive, Calendar.ISO)
    Date.to_iso8601(iso, format) <> "T" <> Time.to_iso8601(iso, format)
  end

  @doc "`{{year, month, day}, {hour, minute, second}}` in ISO's calendar."
  @spec to_erl(Calendar.naive_datetime()) :: :calendar.datetime()
  def to_erl(naive_datetime) do
    iso = convert!(naive_datetime, Calendar.ISO)
    {Date.to_erl(iso), Time.to_erl(iso)}
  end

  @doc "A naive datetime of an Erlang date and time in ISO's calendar, converted to `calendar`."
  @spec from_erl(:calendar.datetime(), Calendar.microsecond(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_erl({{_, _, _}, {_, _, _}} = tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    {{year, month, day}, {hour, minute, second}} = tuple

    case new(year, month, day, hour, minute, second, microsecond) do
      {:ok, naive} -> convert(naive, calendar)
      error -> error
    end
  end

  @doc "`from_erl/3` that raises."
  @spec from_erl!(:calendar.datetime(), Calendar.microsecond(), Calendar.calendar()) :: t
  def from_erl!(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    ok!(from_erl(tuple, microsecond, calendar), "cannot convert #{inspect(tuple)} to naive datetime")
  end

  @doc "The naive datetime so many seconds after 0000-01-01."
  @spec from_gregorian_seconds(integer, Calendar.microsecond(), Calendar.calendar()) :: t
  def from_gregorian_seconds(seconds, {micros, digits} \\ {0, 0}, calendar \\ Calendar.ISO) when is_integer(seconds) do
    {moment, _} = Fields.move({0, {micros, 86_400_000_000}}, seconds, :second)
    moment |> Fields.wall_at(calendar, digits) |> Fields.naive(calendar)
  end

  @doc "`{seconds, microseconds}` since 0000-01-01."
  @spec to_gregorian_seconds(Calendar.naive_datetime()) :: {integer, non_neg_integer}
  def to_gregorian_seconds(%{microsecond: {micros, _digits}} = naive) do
    {naive |> Fields.moment() |> Calendar.ISO.iso_days_to_unit(:second), micros}
  end

  @doc "The date alone."
  @spec to_date(Calendar.naive_datetime()) :: Date.t()
  def to_date(%{calendar: calendar, hour: _, microsecond: _, minute: _, second: _} = naive) do
    naive |> Fields.day() |> Fields.date(calendar)
  end

  @doc "The time alone."
  @spec to_time(Calendar.naive_datetime()) :: Time.t()
  def to_time(%{calendar: calendar, day: _, month: _, year: _} = naive), do: naive |> Fields.clock() |> Fields.time(calendar)

  ## Two moments

  @doc "How two naive datetimes stand: `:lt`, `:eq` or `:gt`. Digits of the fraction do not count."
  @spec compare(Calendar.naive_datetime(), Calendar.naive_datetime()) :: :lt | :eq | :gt
  def compare(%{calendar: _} = one, %{calendar: _} = other) do
    Fields.same_midnight!(one, other, :compare)
    Fields.order(Fields.moment(one), Fields.moment(other))
  end

  @doc "True when the first is the earlier one."
  @spec before?(Calendar.naive_datetime(), Calendar.naive_datetime()) :: boolean
  def before?(one, other), do: compare(one, other) == :lt

  @doc "True when the first is the later one."
  @spec after?(Calendar.naive_datetime(), Calendar.naive_datetime()) :: boolean
  def after?(one, other), do: compare(one, other) == :gt

  @doc "From the second to the first, in whole units."
  @spec diff(Calendar.naive_datetime(), Calendar.naive_datetime(), :day | :hour | :minute | System.time_unit()) :: integer
  def diff(%{calendar: _} = one, %{calendar: _} = other, unit \\ :second) do
    Fields.same_midnight!(one, other, :diff)
    Fields.distance(Fields.moment(one), Fields.moment(other), unit)
  end

  ## Moving

  @doc "So much later; a negative amount goes back."
  @spec add(Calendar.naive_datetime(), integer, :day | :hour | :minute | System.time_unit()) :: t
  def add(naive_datetime, amount_to_add, unit \\ :second)

  def add(%{calendar: calendar, microsecond: {_, digits}} = naive, amount, unit) when is_integer(amount) do
    {moment, shown} = naive |> Fields.moment() |> Fields.move(amount, unit)
    moment |> Fields.wall_at(calendar, Kernel.max(digits, shown)) |> Fields.naive(calendar)
  end

  @doc "Moved by a duration: months and years first, then days, then the clock."
  @spec shift(Calendar.naive_datetime(), Duration.t() | keyword) :: t
  def shift(%{calendar: calendar} = naive, duration) do
    {{year, month, day}, {hour, minute, second, micro}} = Fields.wall(naive)
    duration = Fields.duration(duration, @units)

    {year, month, day, hour, minute, second, micro} =
      calendar.shift_naive_datetime(year, month, day, hour, minute, second, micro, duration)

    Fields.naive({{year, month, day}, {hour, minute, second, micro}}, calendar)
  end

  @doc "Midnight of the same day."
  @spec beginning_of_day(Calendar.naive_datetime()) :: t
  def beginning_of_day(%{calendar: calendar, microsecond: {_, digits}} = naive) do
    naive
    |> Fields.moment()
    |> calendar.iso_days_to_beginning_of_day()
    |> Fields.wall_at(calendar, digits)
    |> Fields.naive(calendar)
  end

  @doc "The day's last moment that can be written with as many digits of a second."
  @spec end_of_day(Calendar.naive_datetime()) :: t
  def end_of_day(%{calendar: calendar, microsecond: {_, digits}} = naive) do
    last = naive |> Fields.moment() |> calendar.iso_days_to_end_of_day()
    {day, {hour, minute, second, {micros, _}}} = Fields.wall_at(last, calendar, digits)
    Fields.naive({day, {hour, minute, second, {micros - rem(micros, 10 ** (6 - digits)), digits}}}, calendar)
  end

  @doc "With no more digits of a second than `precision` has."
  @spec truncate(t, :microsecond | :millisecond | :second) :: t
  def truncate(%{calendar: calendar, microsecond: micro} = naive, precision) do
    %{naive | microsecond: Calendar.truncate(micro, precision)} |> Fields.wall() |> Fields.naive(calendar)
  end

  @doc "The same moment in another calendar, if its days begin when this one's do."
  @spec convert(Calendar.naive_datetime(), Calendar.calendar()) :: {:ok, t} | {:error, :incompatible_calendars}
  def convert(%{calendar: same, hour: _, day: _} = naive, same), do: {:ok, naive |> Fields.wall() |> Fields.naive(same)}

  def convert(%{calendar: own, microsecond: {_, digits}} = naive, calendar) do
    case Calendar.compatible_calendars?(own, calendar) do
      true -> {:ok, naive |> Fields.moment() |> Fields.wall_at(calendar, digits) |> Fields.naive(calendar)}
      false -> {:error, :incompatible_calendars}
    end
  end

  @doc "`convert/2` that raises."
  @spec convert!(Calendar.naive_datetime(), Calendar.calendar()) :: t
  def convert!(naive_datetime, calendar) do
    ok!(
      convert(naive_datetime, calendar),
      "cannot convert #{inspect(naive_datetime)} to target calendar #{inspect(calendar)}"
    )
  end
end

defimpl String.Chars, for: NaiveDateTime do
  defdelegate to_string(naive), to: NaiveDateTime
end

defimpl Inspect, for: NaiveDateTime do
  # The sigil reads four digits of a year; others are written as the call that makes them.
  def inspect(%{calendar: Calendar.ISO} = naive, _opts) when naive.year not in -9999..9999 do
    {{year, month, day}, {hour, minute, second, micro}} = Calendar.Fields.wall(naive)
    parts = Enum.map_join([year, month, day, hour, minute, second, micro], ", ", &Kernel.inspect/1)
    "NaiveDateTime.new!(#{parts})"
  end

  def inspect(naive, _opts) do
    "~N[" <> NaiveDateTime.to_string(naive) <> Calendar.Fields.inspected_calendar(naive.calendar) <> "]"
  end
end
