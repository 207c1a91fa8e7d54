defmodule Date do
  @moduledoc "Calendar days without a time."

  import Kernel, except: [to_string: 1]
  import Calendar.Fields, only: [ok!: 2]
  alias Calendar.Fields

  @enforce_keys [:year, :month, :day]
  defstruct [:year, :month, :day, calendar: Calendar.ISO]

  @type t :: %__MODULE__{year: Calendar.year(), month: Calendar.month(), day: Calendar.day(), calendar: Calendar.calendar()}

  ## Making

  @doc "Checks the parts: `{:ok, date}` or `{:error, :invalid_date}`."
  @spec new(Calendar.year(), Calendar.month(), Calendar.day(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def new(year, month, day, calendar \\ Calendar.ISO) do
    case calendar.valid_date?(year, month, day) do
      true -> {:ok, Fields.date({year, month, day}, calendar)}
      false -> {:error, :invalid_date}
    end
  end

  @doc "`new/4` that raises."
  @spec new!(Calendar.year(), Calendar.month(), Calendar.day(), Calendar.calendar()) :: t
  def new!(year, month, day, calendar \\ Calendar.ISO) do
    ok!(new(year, month, day, calendar), "cannot build date")
  end

  @doc "Today in UTC."
  @spec utc_today(Calendar.calendar()) :: t
  def utc_today(calendar \\ Calendar.ISO), do: DateTime.to_date(DateTime.utc_now(calendar))

  @doc "Dates in steps of one day; backwards is deprecated without an explicit step."
  @spec range(t, t) :: Date.Range.t()
  def range(%{calendar: same} = first, %{calendar: same} = last) do
    forwards? = Fields.day_count(first) <= Fields.day_count(last)

    unless forwards? do
      IO.warn("a negative range was inferred for Date.range/2, call Date.range/3 instead with -1 as third argument")
    end

    range(first, last, if(forwards?, do: 1, else: -1))
  end

  def range(%{calendar: _, day: _, month: _, year: _}, %{calendar: _, day: _, month: _, year: _}) do
    raise ArgumentError, "both dates must have matching calendars"
  end

  @doc "Dates in steps of `step` days, which may be negative."
  @spec range(t, t, integer) :: Date.Range.t()
  def range(%{calendar: same} = first, %{calendar: same} = last, step) when is_integer(step) and step != 0 do
    %{
      __struct__: Date.Range,
      first: bare(first),
      last: bare(last),
      first_in_iso_days: Fields.day_count(first),
      last_in_iso_days: Fields.day_count(last),
      step: step
    }
  end

  def range(%{calendar: _, day: _, month: _, year: _} = first, %{calendar: _, day: _, month: _, year: _} = last, step) do
    raise ArgumentError,
          "both dates must have matching calendar and the step must be a non-zero integer, " <>
            "got: #{inspect(first)}, #{inspect(last)}, #{step}"
  end

  # Of a datetime, too, only the date.
  defp bare(%{calendar: calendar} = date), do: date |> Fields.day() |> Fields.date(calendar)

  ## Texts and tuples

  @doc "The text that the calendar gives, for ISO `YYYY-MM-DD`."
  @spec to_string(Calendar.date()) :: String.t()
  def to_string(%{calendar: _} = date), do: Fields.ask(date, :date_to_string)

  @doc "Reads `YYYY-MM-DD`: `{:ok, date}` or `{:error, reason}`."
  @spec from_iso8601(String.t(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_iso8601(string, calendar \\ Calendar.ISO) do
    case Calendar.ISO.parse_date(string) do
      {:ok, day} -> convert(Fields.date(day, Calendar.ISO), calendar)
      error -> error
    end
  end

  @doc "`from_iso8601/2` that raises."
  @spec from_iso8601!(String.t(), Calendar.calendar()) :: t
  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    ok!(from_iso8601(string, calendar), "cannot parse #{inspect(string)} as date")
  end

  @doc "`YYYY-MM-DD`, with `:basic` without dashes."
  @spec to_iso8601(Calendar.date(), :extended | :basic) :: String.t()
  def to_iso8601(date, format \\ :extended)

  def to_iso8601(%{calendar: _} = date, format) when format in [:extended, :basic] do
    date |> convert!(Calendar.ISO) |> Fields.ask(:date_to_string, [format])
  end

  @doc "`{year, month, day}` in ISO's calendar."
  @spec to_erl(Calendar.date()) :: :calendar.date()
  def to_erl(date), do: date |> convert!(Calendar.ISO) |> Fields.day()

  @doc "A date of `{year, month, day}` in ISO's calendar, converted to `calendar`."
  @spec from_erl(:calendar.date(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_erl({_, _, _} = tuple, calendar \\ Calendar.ISO) do
    {year, month, day} = tuple

    case new(year, month, day) do
      {:ok, date} -> convert(date, calendar)
      error -> error
    end
  end

  @doc "`from_erl/2` that raises."
  @spec from_erl!(:calendar.date(), Calendar.calendar()) :: t
  def from_erl!(tuple, calendar \\ Calendar.ISO) do
    ok!(from_erl(tuple, calendar), "cannot convert #{inspect(tuple)} to date")
  end

  @doc "The date so many days after 0000-01-01."
  @spec from_gregorian_days(integer, Calendar.calendar()) :: t
  def from_gregorian_days(days, calendar \\ Calendar.ISO) when is_integer(days) do
    {days, {0, 1}} |> Fields.day_at(calendar) |> Fields.date(calendar)
  end

  @doc "Days since 0000-01-01."
  @spec to_gregorian_days(Calendar.date()) :: integer
  def to_gregorian_days(date), do: Fields.day_count(date)

  ## Two dates

  @doc "How two dates stand: `:lt`, `:eq` or `:gt`."
  @spec compare(Calendar.date(), Calendar.date()) :: :lt | :eq | :gt
  def compare(%{calendar: same} = one, %{calendar: same} = other), do: Fields.rank(Fields.day(one), Fields.day(other))

  def compare(%{calendar: _} = one, %{calendar: _} = other) do
    Fields.same_midnight!(one, other, :compare)
    Fields.order(Fields.midnight(one), Fields.midnight(other))
  end

  @doc "True when the first date is the earlier one."
  @spec before?(Calendar.date(), Calendar.date()) :: boolean
  def before?(one, other), do: compare(one, other) == :lt

  @doc "True when the first date is the later one."
  @spec after?(Calendar.date(), Calendar.date()) :: boolean
  def after?(one, other), do: compare(one, other) == :gt

  @doc "Days from the second date to the first."
  @spec diff(Calendar.date(), Calendar.date()) :: integer
  def diff(%{calendar: _} = one, %{calendar: _} = other) do
    Fields.same_midnight!(one, other, :diff)
    Fields.day_count(one) - Fields.day_count(other)
  end

  ## Moving

  @doc "The same day in another calendar, if its days begin when this one's do."
  @spec convert(Calendar.date(), Calendar.calendar()) :: {:ok, t} | {:error, :incompatible_calendars}
  def convert(%{calendar: same} = date, same), do: {:ok, bare(date)}

  def convert(%{calendar: own} = date, calendar) do
    case Calendar.compatible_calendars?(own, calendar) do
      true -> {:ok, date |> Fields.midnight() |> Fields.day_at(calendar) |> Fields.date(calendar)}
      false -> {:error, :incompatible_calendars}
    end
  end

  @doc "`convert/2` that raises."
  @spec convert!(Calendar.date(), Calendar.calendar()) :: t
  def convert!(date, calendar) do
    ok!(convert(date, calendar), "cannot convert #{inspect(date)} to target calendar #{inspect(calendar)}")
  end

  @doc "The date so many days later; a negative number goes back."
  @spec add(Calendar.date(), integer) :: t
  def add(%{calendar: calendar} = date, days) do
    {count, fraction} = Fields.midnight(date)
    {count + days, fraction} |> Fields.day_at(calendar) |> Fields.date(calendar)
  end

  @doc "Moved by years, months, weeks and days; past a month's end it is the month's last day."
  @spec shift(Calendar.date(), Duration.t() | keyword) :: t
  def shift(%{calendar: calendar} = date, duration) do
    duration = Fields.duration(duration, [:year, :month, :week, :day])
    date |> Fields.ask(:shift_date, [duration]) |> Fields.date(calendar)
  end

  ## Weeks, months, years

  @doc "The week's day from 1; Monday is 1, or `starting_on` is."
  @spec day_of_week(Calendar.date(), atom) :: Calendar.day_of_week()
  def day_of_week(date, starting_on \\ :default), do: date |> Fields.ask(:day_of_week, [starting_on]) |> elem(0)

  @doc "The day on which the week of `date` begins."
  @spec beginning_of_week(Calendar.date(), atom) :: t
  def beginning_of_week(date, starting_on \\ :default) do
    {today, monday, _sunday} = Fields.ask(date, :day_of_week, [starting_on])
    add(date, monday - today)
  end

  @doc "The day on which the week of `date` ends."
  @spec end_of_week(Calendar.date(), atom) :: t
  def end_of_week(date, starting_on \\ :default) do
    {today, _monday, sunday} = Fields.ask(date, :day_of_week, [starting_on])
    add(date, sunday - today)
  end

  @doc "Day 1 of the same month."
  @spec beginning_of_month(Calendar.date()) :: t
  def beginning_of_month(date), do: %{bare(date) | day: 1}

  @doc "The same month's last day."
  @spec end_of_month(Calendar.date()) :: t
  def end_of_month(date), do: %{bare(date) | day: days_in_month(date)}

  @doc "How many days the month of `date` has."
  @spec days_in_month(Calendar.date()) :: Calendar.day()
  def days_in_month(%{calendar: calendar} = date), do: calendar.days_in_month(date.year, date.month)

  @doc "How many months the year of `date` has."
  @spec months_in_year(Calendar.date()) :: Calendar.month()
  def months_in_year(%{calendar: calendar} = date), do: calendar.months_in_year(date.year)

  @doc "True in a year with a leap day."
  @spec leap_year?(Calendar.date()) :: boolean
  def leap_year?(%{calendar: calendar} = date), do: calendar.leap_year?(date.year)

  @doc "Counts the year's days up to this one."
  @spec day_of_year(Calendar.date()) :: Calendar.day()
  def day_of_year(date), do: Fields.ask(date, :day_of_year)

  @doc "1 to 4."
  @spec quarter_of_year(Calendar.date()) :: non_neg_integer
  def quarter_of_year(date), do: Fields.ask(date, :quarter_of_year)

  @doc "`{year, era}`; years of an era count from 1."
  @spec year_of_era(Calendar.date()) :: {Calendar.year(), Calendar.era()}
  def year_of_era(date), do: Fields.ask(date, :year_of_era)

  @doc "`{day, era}`; days of an era count from 1."
  @spec day_of_era(Calendar.date()) :: {Calendar.day(), Calendar.era()}
  def day_of_era(date), do: Fields.ask(date, :day_of_era)
end

defimpl String.Chars, for: Date do
  defdelegate to_string(date), to: Date
end

defimpl Inspect, for: Date do
  # The sigil reads four digits of a year; others are written as the call that makes them.
  def inspect(%{calendar: Calendar.ISO} = date, _opts) when date.year not in -9999..9999 do
    "Date.new!(#{date.year}, #{date.month}, #{date.day})"
  end

  def inspect(date, _opts) do
    "~D[" <> Date.to_string(date) <> Calendar.Fields.inspected_calendar(date.calendar) <> "]"
  end
end
