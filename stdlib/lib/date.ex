defmodule Date do
  @moduledoc "Dates: year, month and day of a calendar."

  import Kernel, except: [to_string: 1]

  @enforce_keys [:year, :month, :day]
  defstruct [:year, :month, :day, calendar: Calendar.ISO]

  @type t :: %__MODULE__{year: Calendar.year(), month: Calendar.month(), day: Calendar.day(), calendar: Calendar.calendar()}

  @doc "The dates from `first` to `last`."
  @spec range(t, t) :: Date.Range.t()
  def range(%{calendar: calendar} = first, %{calendar: calendar} = last) do
    {first_days, _} = to_iso_days(first)
    {last_days, _} = to_iso_days(last)

    step =
      if first_days <= last_days do
        1
      else
        IO.warn(
          "a negative range was inferred for Date.range/2, call Date.range/3 instead with -1 as third argument"
        )

        -1
      end

    new_range(first, first_days, last, last_days, step)
  end

  def range(%{calendar: _, year: _, month: _, day: _}, %{calendar: _, year: _, month: _, day: _}) do
    raise ArgumentError, "both dates must have matching calendars"
  end

  @doc "The dates from `first` to `last` in steps of days."
  @spec range(t, t, integer) :: Date.Range.t()
  def range(%{calendar: calendar} = first, %{calendar: calendar} = last, step) when is_integer(step) and step != 0 do
    {first_days, _} = to_iso_days(first)
    {last_days, _} = to_iso_days(last)
    new_range(first, first_days, last, last_days, step)
  end

  def range(%{calendar: _, year: _, month: _, day: _} = first, %{calendar: _, year: _, month: _, day: _} = last, step) do
    raise ArgumentError,
          "both dates must have matching calendar and the step must be a non-zero integer, " <>
            "got: #{inspect(first)}, #{inspect(last)}, #{step}"
  end

  defp new_range(first, first_days, last, last_days, step) do
    %{
      __struct__: Date.Range,
      first: plain(first),
      first_in_iso_days: first_days,
      last: plain(last),
      last_in_iso_days: last_days,
      step: step
    }
  end

  defp plain(%{calendar: calendar, year: year, month: month, day: day}) do
    %Date{calendar: calendar, year: year, month: month, day: day}
  end

  @doc "Today in UTC."
  @spec utc_today(Calendar.calendar()) :: t
  def utc_today(calendar \\ Calendar.ISO)

  def utc_today(Calendar.ISO) do
    {:ok, {year, month, day}, _, _} = Calendar.ISO.from_unix(System.os_time(), :native)
    %Date{year: year, month: month, day: day}
  end

  def utc_today(calendar), do: calendar |> DateTime.utc_now() |> DateTime.to_date()

  @doc "Whether the year has a leap day."
  def leap_year?(date)
  def leap_year?(%{calendar: calendar, year: year}), do: calendar.leap_year?(year)

  @doc "The number of days of the date's month."
  def days_in_month(%{calendar: calendar, year: year, month: month}), do: calendar.days_in_month(year, month)

  @doc "The number of months of the date's year."
  def months_in_year(%{calendar: calendar, year: year}), do: calendar.months_in_year(year)

  @doc "Builds a date: `{:ok, date}` or `{:error, reason}`."
  @spec new(Calendar.year(), Calendar.month(), Calendar.day(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def new(year, month, day, calendar \\ Calendar.ISO) do
    if calendar.valid_date?(year, month, day),
      do: {:ok, %Date{year: year, month: month, day: day, calendar: calendar}},
      else: {:error, :invalid_date}
  end

  @doc "`new/4` that raises."
  def new!(year, month, day, calendar \\ Calendar.ISO) do
    case new(year, month, day, calendar) do
      {:ok, value} -> value
      {:error, reason} -> raise ArgumentError, "cannot build date, reason: #{inspect(reason)}"
    end
  end

  @doc "The text of a date."
  def to_string(date)

  def to_string(%{calendar: calendar, year: year, month: month, day: day}) do
    calendar.date_to_string(year, month, day)
  end

  @doc "Parses `YYYY-MM-DD`."
  def from_iso8601(string, calendar \\ Calendar.ISO) do
    with {:ok, {year, month, day}} <- Calendar.ISO.parse_date(string) do
      convert(%Date{year: year, month: month, day: day}, calendar)
    end
  end

  @doc "`from_iso8601/2` that raises."
  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    case from_iso8601(string, calendar) do
      {:ok, value} -> value
      {:error, reason} -> raise ArgumentError, "cannot parse #{inspect(string)} as date, reason: #{inspect(reason)}"
    end
  end

  @doc "`YYYY-MM-DD`, or `YYYYMMDD` when basic."
  def to_iso8601(date, format \\ :extended)

  def to_iso8601(%{calendar: Calendar.ISO} = date, format) when format in [:basic, :extended] do
    Calendar.ISO.date_to_string(date.year, date.month, date.day, format)
  end

  def to_iso8601(%{calendar: _} = date, format) when format in [:basic, :extended] do
    date |> convert!(Calendar.ISO) |> to_iso8601(format)
  end

  @doc "An Erlang date."
  def to_erl(date) do
    %{year: year, month: month, day: day} = convert!(date, Calendar.ISO)
    {year, month, day}
  end

  @doc "From an Erlang date."
  def from_erl(tuple, calendar \\ Calendar.ISO)

  def from_erl({year, month, day}, calendar) do
    with {:ok, date} <- new(year, month, day, Calendar.ISO), do: convert(date, calendar)
  end

  @doc "`from_erl/2` that raises."
  def from_erl!(tuple, calendar \\ Calendar.ISO) do
    case from_erl(tuple, calendar) do
      {:ok, value} -> value
      {:error, reason} -> raise ArgumentError, "cannot convert #{inspect(tuple)} to date, reason: #{inspect(reason)}"
    end
  end

  @doc "From a number of days since 0000-01-01."
  def from_gregorian_days(days, calendar \\ Calendar.ISO) when is_integer(days), do: from_iso_days({days, 0}, calendar)

  @doc "The number of days since 0000-01-01."
  def to_gregorian_days(date) do
    {days, _} = to_iso_days(date)
    days
  end

  @doc "`:gt`, `:eq` or `:lt`."
  @spec compare(Calendar.date(), Calendar.date()) :: :lt | :eq | :gt
  def compare(
        %{calendar: calendar, year: year1, month: month1, day: day1},
        %{calendar: calendar, year: year2, month: month2, day: day2}
      ) do
    order({year1, month1, day1}, {year2, month2, day2})
  end

  def compare(%{calendar: calendar1} = date1, %{calendar: calendar2} = date2) do
    if Calendar.compatible_calendars?(calendar1, calendar2) do
      order(to_iso_days(date1), to_iso_days(date2))
    else
      raise ArgumentError, "cannot compare #{inspect(date1)} with #{inspect(date2)}.\n\nThis comparison would be ambiguous as their calendars have incompatible day rollover moments.\nSpecify an exact time of day (using DateTime) to resolve this ambiguity"
    end
  end

  defp order(first, second) do
    cond do
      first > second -> :gt
      first < second -> :lt
      true -> :eq
    end
  end

  @doc "Whether the first date is before the second."
  def before?(date1, date2), do: compare(date1, date2) == :lt

  @doc "Whether the first date is after the second."
  def after?(date1, date2), do: compare(date1, date2) == :gt

  @doc "The date in another calendar."
  def convert(%{calendar: calendar} = date, calendar), do: {:ok, plain(date)}

  def convert(%{calendar: calendar} = date, target) do
    if Calendar.compatible_calendars?(calendar, target),
      do: {:ok, date |> to_iso_days() |> from_iso_days(target)},
      else: {:error, :incompatible_calendars}
  end

  @doc "`convert/2` that raises."
  def convert!(date, calendar) do
    case convert(date, calendar) do
      {:ok, value} -> value
      {:error, reason} -> raise ArgumentError, "cannot convert #{inspect(date)} to target calendar #{inspect(calendar)}, reason: #{inspect(reason)}"
    end
  end

  @doc "The date `days` later."
  @spec add(Calendar.date(), integer) :: t
  def add(%{calendar: calendar} = date, days) do
    {iso_days, fraction} = to_iso_days(date)
    from_iso_days({iso_days + days, fraction}, calendar)
  end

  @doc "The number of days from the second date to the first."
  def diff(%{calendar: calendar1} = date1, %{calendar: calendar2} = date2) do
    if Calendar.compatible_calendars?(calendar1, calendar2) do
      {days1, _} = to_iso_days(date1)
      {days2, _} = to_iso_days(date2)
      days1 - days2
    else
      raise ArgumentError, "cannot calculate the difference between #{inspect(date1)} and #{inspect(date2)} because their calendars are not compatible and thus the result would be ambiguous"
    end
  end

  @doc "The date moved by a duration of years, months, weeks and days."
  @spec shift(Calendar.date(), Duration.t() | keyword) :: t
  def shift(%{calendar: calendar} = date, duration) do
    %{year: year, month: month, day: day} = date
    {year, month, day} = calendar.shift_date(year, month, day, __duration__!(duration))
    %Date{calendar: calendar, year: year, month: month, day: day}
  end

  @doc false
  def __duration__!(%Duration{} = duration), do: duration
  def __duration__!(units), do: Duration.Units.new!(units, [:year, :month, :week, :day])

  @doc false
  def to_iso_days(%{calendar: Calendar.ISO, year: year, month: month, day: day}) do
    {Calendar.ISO.date_to_iso_days(year, month, day), {0, 86_400_000_000}}
  end

  def to_iso_days(%{calendar: calendar, year: year, month: month, day: day}) do
    calendar.naive_datetime_to_iso_days(year, month, day, 0, 0, 0, {0, 0})
  end

  defp from_iso_days({days, _}, Calendar.ISO) do
    {year, month, day} = Calendar.ISO.date_from_iso_days(days)
    %Date{year: year, month: month, day: day}
  end

  defp from_iso_days(iso_days, target) do
    {year, month, day, _, _, _, _} = target.naive_datetime_from_iso_days(iso_days)
    %Date{year: year, month: month, day: day, calendar: target}
  end

  @doc "The day of the week, from 1; weeks begin on Monday unless told."
  def day_of_week(date, starting_on \\ :default)

  def day_of_week(%{calendar: calendar, year: year, month: month, day: day}, starting_on) do
    {day_of_week, _first, _last} = calendar.day_of_week(year, month, day, starting_on)
    day_of_week
  end

  @doc "The first day of the date's week."
  def beginning_of_week(date, starting_on \\ :default)

  def beginning_of_week(%{calendar: calendar, year: year, month: month, day: day} = date, starting_on) do
    case calendar.day_of_week(year, month, day, starting_on) do
      {first, first, _} -> plain(date)
      {day_of_week, first, _} -> add(date, first - day_of_week)
    end
  end

  @doc "The last day of the date's week."
  def end_of_week(date, starting_on \\ :default)

  def end_of_week(%{calendar: calendar, year: year, month: month, day: day} = date, starting_on) do
    case calendar.day_of_week(year, month, day, starting_on) do
      {last, _, last} -> plain(date)
      {day_of_week, _, last} -> add(date, last - day_of_week)
    end
  end

  @doc "The day of the year, from 1."
  def day_of_year(%{calendar: calendar, year: year, month: month, day: day}), do: calendar.day_of_year(year, month, day)

  @doc "The quarter, from 1."
  def quarter_of_year(%{calendar: calendar, year: year, month: month, day: day}) do
    calendar.quarter_of_year(year, month, day)
  end

  @doc "The year of the era, and the era."
  def year_of_era(%{calendar: calendar, year: year, month: month, day: day}), do: calendar.year_of_era(year, month, day)

  @doc "The day of the era, and the era."
  def day_of_era(%{calendar: calendar, year: year, month: month, day: day}), do: calendar.day_of_era(year, month, day)

  @doc "The first day of the date's month."
  def beginning_of_month(%{calendar: calendar, year: year, month: month}) do
    %Date{year: year, month: month, day: 1, calendar: calendar}
  end

  @doc "The last day of the date's month."
  def end_of_month(%{calendar: calendar, year: year, month: month} = date) do
    %Date{year: year, month: month, day: days_in_month(date), calendar: calendar}
  end
end

defimpl String.Chars, for: Date do
  def to_string(%{calendar: calendar, year: year, month: month, day: day}), do: calendar.date_to_string(year, month, day)
end

defimpl Inspect, for: Date do
  def inspect(%{calendar: Calendar.ISO, year: year, month: month, day: day}, _) when year in -9999..9999 do
    "~D[" <> Calendar.ISO.date_to_string(year, month, day) <> "]"
  end

  def inspect(%{calendar: Calendar.ISO, year: year, month: month, day: day}, _) do
    "Date.new!(#{year}, #{month}, #{day})"
  end

  def inspect(%{calendar: calendar, year: year, month: month, day: day}, _) do
    "~D[" <> calendar.date_to_string(year, month, day) <> " " <> Kernel.inspect(calendar) <> "]"
  end
end
