defmodule Calendar.Fields do
  @moduledoc false
  # What dates, times and datetimes have in common, whatever their calendar.
  #
  # A *day* is {year, month, day}, a *clock* {hour, minute, second, microsecond}, a *wall* {day, clock}; a *moment* is
  # {days, {parts, parts_per_day}}, the one measure that all calendars share.

  @midnight {0, 0, 0, {0, 0}}
  @seconds %{day: 86_400, hour: 3600, minute: 60}

  @doc "Whether `unit` counts in seconds or finer; a positive integer is that many ticks a second."
  defguard is_fine(unit)
           when unit in [:second, :millisecond, :microsecond, :nanosecond] or (is_integer(unit) and unit > 0)

  @doc "The value of `{:ok, value}`; an error raises with `complaint` and the reason. Only then is `complaint` built."
  defmacro ok!(result, complaint) do
    quote do
      case unquote(result) do
        {:ok, good} -> good
        {:error, reason} -> raise ArgumentError, unquote(complaint) <> ", reason: " <> inspect(reason)
      end
    end
  end

  ## Structs to tuples and back

  def day(%{year: year, month: month, day: day}), do: {year, month, day}

  def clock(%{hour: hour, minute: minute, second: second, microsecond: micro}), do: {hour, minute, second, micro}

  def wall(fields), do: {day(fields), clock(fields)}

  def date({year, month, day}, calendar) do
    %{__struct__: Date, calendar: calendar, year: year, month: month, day: day}
  end

  def time({hour, minute, second, micro}, calendar) do
    %{__struct__: Time, calendar: calendar, hour: hour, minute: minute, second: second, microsecond: micro}
  end

  def naive({{year, month, day}, {hour, minute, second, micro}}, calendar) do
    %{
      __struct__: NaiveDateTime,
      calendar: calendar,
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: micro
    }
  end

  @doc "What the date's calendar answers for its day."
  def ask(%{calendar: calendar} = date, question, more \\ []) do
    {year, month, day} = day(date)
    apply(calendar, question, [year, month, day | more])
  end

  @doc "The text of a clock and of a wall in a calendar."
  def clock_text({hour, minute, second, micro}, calendar), do: calendar.time_to_string(hour, minute, second, micro)

  def wall_text({{year, month, day}, {hour, minute, second, micro}}, calendar) do
    calendar.naive_datetime_to_string(year, month, day, hour, minute, second, micro)
  end

  ## Moments

  def moment(%{calendar: calendar} = fields), do: moment(wall(fields), calendar)

  def moment({{year, month, day}, {hour, minute, second, micro}}, calendar) do
    calendar.naive_datetime_to_iso_days(year, month, day, hour, minute, second, micro)
  end

  @doc "The moment at which a date begins."
  def midnight(%{calendar: calendar} = date), do: moment({day(date), @midnight}, calendar)

  @doc "The count of a date's day."
  def day_count(%{calendar: Calendar.ISO, year: year, month: month, day: day}) do
    Calendar.ISO.date_to_iso_days(year, month, day)
  end

  def day_count(date), do: date |> midnight() |> elem(0)

  @doc "The wall at a moment; the microsecond gets `digits`."
  def wall_at(moment, calendar, digits) do
    {year, month, day, hour, minute, second, {micro, _}} = calendar.naive_datetime_from_iso_days(moment)
    {{year, month, day}, {hour, minute, second, {micro, digits}}}
  end

  def day_at({days, _fraction}, Calendar.ISO), do: Calendar.ISO.date_from_iso_days(days)
  def day_at(moment, calendar), do: moment |> wall_at(calendar, 0) |> elem(0)

  @doc "A moment moved by an amount of a unit, and the digits of a second that the unit shows."
  def move(moment, amount, unit) do
    {per_day, digits} = per_day(unit)
    {Calendar.ISO.add_day_fraction_to_iso_days(moment, amount, per_day), digits}
  end

  defp per_day(unit) when is_map_key(@seconds, unit), do: {div(86_400, Map.fetch!(@seconds, unit)), 0}

  defp per_day(unit) when is_fine(unit) do
    {System.convert_time_unit(86_400, :second, unit), Calendar.ISO.time_unit_to_precision(unit)}
  end

  defp per_day(unit), do: bad_unit(unit, [:day, :hour, :minute])

  @doc "How much later the first moment is, in whole units."
  def distance(later, earlier, unit) when is_map_key(@seconds, unit) do
    div(distance(later, earlier, :second), Map.fetch!(@seconds, unit))
  end

  def distance(later, earlier, unit) when is_fine(unit) do
    Calendar.ISO.iso_days_to_unit(later, unit) - Calendar.ISO.iso_days_to_unit(earlier, unit)
  end

  def distance(_later, _earlier, unit), do: bad_unit(unit, [:day, :hour, :minute])

  @doc "Raises for a unit that is neither fine nor one of `coarse`."
  def bad_unit(unit, coarse) do
    known = Enum.map_join(coarse ++ [:second, :millisecond, :microsecond, :nanosecond], ", ", &inspect/1)

    raise ArgumentError,
          "unsupported time unit. Expected #{known}, or a positive integer, got #{inspect(unit)}"
  end

  ## Order

  @doc "How two moments stand: `:lt`, `:eq` or `:gt`."
  def order({days, fraction1}, {days, fraction2}), do: fraction_order(fraction1, fraction2)
  def order({days1, _}, {days2, _}), do: rank(days1, days2)

  @doc "How two fractions of a day stand."
  def fraction_order({parts1, per_day1}, {parts2, per_day2}), do: rank(parts1 * per_day2, parts2 * per_day1)

  @doc "How two terms stand."
  def rank(same, same), do: :eq
  def rank(left, right) when left < right, do: :lt
  def rank(_left, _right), do: :gt

  @doc "Raises unless days of both calendars begin at the same moment; `purpose` is what was to be done."
  def same_midnight!(%{calendar: calendar} = _left, %{calendar: calendar} = _right, _purpose), do: :ok

  def same_midnight!(%{calendar: calendar1} = left, %{calendar: calendar2} = right, purpose) do
    case {Calendar.compatible_calendars?(calendar1, calendar2), purpose} do
      {true, _} ->
        :ok

      {false, :compare} ->
        raise ArgumentError, """
        cannot compare #{inspect(left)} with #{inspect(right)}.

        This comparison would be ambiguous as their calendars have incompatible day rollover moments.
        Specify an exact time of day (using DateTime) to resolve this ambiguity\
        """

      {false, :diff} ->
        raise ArgumentError,
              "cannot calculate the difference between #{inspect(left)} and #{inspect(right)} because their " <>
                "calendars are not compatible and thus the result would be ambiguous"
    end
  end

  @doc "A duration, or one built from pairs of the units named."
  def duration(%{__struct__: Duration} = duration, _units), do: duration
  def duration(pairs, units), do: Duration.Units.new!(pairs, units)

  @doc "The calendar as it follows the text in what `inspect/1` prints."
  def inspected_calendar(Calendar.ISO), do: ""
  def inspected_calendar(calendar), do: " " <> inspect(calendar)
end
