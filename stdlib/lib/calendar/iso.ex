defmodule Calendar.ISO do
  @moduledoc """
  The calendar of ISO 8601: the Gregorian one, also before it was made.

  Days are counted from 0000-01-01; a moment is `{days, {parts, parts_per_day}}`.
  """

  @behaviour Calendar

  @unix_epoch 62_167_219_200
  @seconds_per_day 86400
  @parts_per_day 86_400_000_000
  @microseconds 1_000_000

  @doc false
  def __unix_epoch__, do: @unix_epoch

  defguardp is_year(year) when is_integer(year) and year >= -9999 and year <= 9999

  ## Parsing: in Calendar.ISO.Parser

  @doc "Parses `YYYY-MM-DD`, or `YYYYMMDD` when basic."
  defdelegate parse_date(string, format \\ :extended), to: Calendar.ISO.Parser
  @doc "Parses a time; a zone offset behind it is not kept."
  defdelegate parse_time(string, format \\ :extended), to: Calendar.ISO.Parser
  @doc "Parses a date and a time; a zone offset behind them is not kept."
  defdelegate parse_naive_datetime(string, format \\ :extended), to: Calendar.ISO.Parser
  @doc "Parses a date, a time and an offset, and converts to UTC."
  defdelegate parse_utc_datetime(string, format \\ :extended), to: Calendar.ISO.Parser
  @doc "Parses an ISO 8601 duration to a list of units."
  defdelegate parse_duration(string), to: Calendar.ISO.Duration, as: :parse

  ## Days

  @doc "Whether the year has 366 days."
  def leap_year?(year) when is_integer(year) do
    rem(year, 4) == 0 and (rem(year, 100) != 0 or rem(year, 400) == 0)
  end

  @doc "The number of days of a month."
  def days_in_month(year, month)
  def days_in_month(year, 2) when is_integer(year), do: if(leap_year?(year), do: 29, else: 28)
  def days_in_month(year, month) when is_integer(year) and month in [4, 6, 9, 11], do: 30
  def days_in_month(year, month) when is_integer(year) and month in 1..12, do: 31

  @doc "Twelve."
  def months_in_year(year) when is_integer(year), do: 12

  @doc false
  def date_to_iso_days(year, month, day) do
    # Years begin in March, so that the leap day is their last one.
    year = if month <= 2, do: year - 1, else: year
    era = Integer.floor_div(year, 400)
    year_of_era = year - era * 400
    day_of_year = div(153 * (if(month > 2, do: month - 3, else: month + 9)) + 2, 5) + day - 1
    era * 146_097 + year_of_era * 365 + div(year_of_era, 4) - div(year_of_era, 100) + day_of_year + 60
  end

  @doc false
  def date_from_iso_days(days) do
    days = days - 60
    era = Integer.floor_div(days, 146_097)
    day = days - era * 146_097
    year_of_era = div(day - div(day, 1460) + div(day, 36524) - div(day, 146_096), 365)
    day_of_year = day - (365 * year_of_era + div(year_of_era, 4) - div(year_of_era, 100))
    shifted = div(5 * day_of_year + 2, 153)
    day = day_of_year - div(153 * shifted + 2, 5) + 1
    month = if shifted < 10, do: shifted + 3, else: shifted - 9
    year = year_of_era + era * 400
    {if(month <= 2, do: year + 1, else: year), month, day}
  end

  @doc "The day of the week, and the first and last one of a week that begins with `starting_on`."
  def day_of_week(year, month, day, starting_on) do
    # 0000-01-01 was a Saturday.
    {Integer.mod(date_to_iso_days(year, month, day) + 5 + days_before_monday(starting_on), 7) + 1, 1, 7}
  end

  # How many days the week begins before Monday.
  defp days_before_monday(:default), do: 0

  @weekdays [:monday, :sunday, :saturday, :friday, :thursday, :wednesday, :tuesday]
  for {day, before} <- Enum.with_index(@weekdays), do: defp(days_before_monday(unquote(day)), do: unquote(before))

  @doc "The day of the year, from 1."
  def day_of_year(year, month, day) do
    date_to_iso_days(year, month, day) - date_to_iso_days(year, 1, 1) + 1
  end

  @doc "The quarter, from 1."
  def quarter_of_year(_year, month, _day), do: div(month - 1, 3) + 1

  @doc "The year of the era, and the era: 1 from year 1 on."
  def year_of_era(year) when is_integer(year) and year >= 1, do: {year, 1}
  def year_of_era(year) when is_integer(year), do: {1 - year, 0}

  @doc "`year_of_era/1` of a date."
  def year_of_era(year, _month, _day), do: year_of_era(year)

  @doc "The day of the era, and the era."
  def day_of_era(year, month, day) do
    case date_to_iso_days(year, month, day) do
      days when year >= 1 -> {days - 365, 1}
      days -> {366 - days, 0}
    end
  end

  @doc "Whether there is such a date."
  def valid_date?(year, month, day) when is_integer(year) and is_integer(month) and is_integer(day) do
    month in 1..12 and day >= 1 and day <= days_in_month(year, month)
  end

  @doc "Whether there is such a time."
  def valid_time?(hour, minute, second, {value, precision})
      when is_integer(hour) and is_integer(minute) and is_integer(second) and is_integer(value) and is_integer(precision) do
    hour in 0..23 and minute in 0..59 and second in 0..59 and value in 0..999_999 and precision in 0..6
  end

  @doc "Days change at midnight."
  def day_rollover_relative_to_midnight_utc, do: {0, 1}

  ## Moments

  @doc "A date and time as a moment."
  def naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond) do
    {date_to_iso_days(year, month, day), time_to_day_fraction(hour, minute, second, microsecond)}
  end

  @doc "A moment as a date and time."
  def naive_datetime_from_iso_days({days, fraction}) do
    fraction |> time_from_day_fraction() |> Tuple.to_list() |> prepend(date_from_iso_days(days)) |> List.to_tuple()
  end

  defp prepend(clock, {year, month, day}), do: [year, month, day | clock]

  @doc "A time as a part of the day, in microseconds."
  def time_to_day_fraction(hour, minute, second, {micros, _digits}) do
    {((hour * 60 + minute) * 60 + second) * @microseconds + micros, @parts_per_day}
  end

  @doc "A part of the day as a time, cut to microseconds."
  def time_from_day_fraction({parts, per_day}) do
    micros = Integer.floor_div(parts * @parts_per_day, per_day)
    second = Integer.floor_div(micros, @microseconds)
    minute = div(second, 60)
    {div(minute, 60), rem(minute, 60), rem(second, 60), {Integer.mod(micros, @microseconds), 6}}
  end

  @doc "The moment at which the day begins."
  def iso_days_to_beginning_of_day({days, _fraction}), do: {days, {0, @parts_per_day}}

  @doc "The day's last microsecond."
  def iso_days_to_end_of_day({days, _fraction}), do: {days, {@parts_per_day - 1, @parts_per_day}}

  # The moment so many parts of a day later. Counts of parts that differ are brought to their least common multiple.
  @doc false
  def add_day_fraction_to_iso_days({days, {parts, per_day}}, more, more_per_day) do
    common = div(per_day * more_per_day, Integer.gcd(per_day, more_per_day))
    sum = parts * div(common, per_day) + more * div(common, more_per_day)
    {days + Integer.floor_div(sum, common), {Integer.mod(sum, common), common}}
  end

  @doc false
  def iso_days_to_unit({days, {parts, per_day}}, unit) do
    a_day = System.convert_time_unit(@seconds_per_day, :second, unit)
    days * a_day + Integer.floor_div(parts * a_day, per_day)
  end

  @doc false
  def from_unix(integer, unit) when is_integer(integer) do
    micros = System.convert_time_unit(integer, unit, :microsecond) + @unix_epoch * @microseconds
    days = Integer.floor_div(micros, @parts_per_day)

    case date_from_iso_days(days) do
      {year, _, _} = date when is_year(year) ->
        {hour, minute, second, {micros, _}} = time_from_day_fraction({micros - days * @parts_per_day, @parts_per_day})
        {:ok, date, {hour, minute, second}, {micros, shown_digits(unit)}}

      _ ->
        {:error, :invalid_unix_time}
    end
  end

  # As many digits as tell one tick from the next.
  defp shown_digits(unit) do
    case System.convert_time_unit(1, :second, unit) do
      ticks when ticks <= 1 -> 0
      ticks -> min(6, length(Integer.digits(ticks - 1)))
    end
  end

  @doc "How many digits of a second a unit has."
  @spec time_unit_to_precision(System.time_unit()) :: 0..6
  def time_unit_to_precision(:second), do: 0
  def time_unit_to_precision(:millisecond), do: 3
  def time_unit_to_precision(unit) when unit in [:microsecond, :nanosecond] or is_integer(unit), do: 6

  ## Text

  @doc "`HH:MM:SS` or, basic, `HHMMSS`, and a fraction of as many digits as the microsecond has."
  def time_to_string(hour, minute, second, {micros, digits}, format \\ :extended)
      when is_integer(hour) and is_integer(minute) and is_integer(second) and format in [:extended, :basic] do
    clock = joined([zero_pad(hour, 2), zero_pad(minute, 2), zero_pad(second, 2)], ":", format)
    if digits == 0, do: clock, else: clock <> "." <> binary_part(zero_pad(micros, 6), 0, digits)
  end

  @doc "`YYYY-MM-DD` or, basic, `YYYYMMDD`."
  def date_to_string(year, month, day, format \\ :extended)
      when is_integer(year) and is_integer(month) and is_integer(day) and format in [:extended, :basic] do
    joined([zero_pad(year, 4), zero_pad(month, 2), zero_pad(day, 2)], "-", format)
  end

  defp joined(parts, _separator, :basic), do: IO.iodata_to_binary(parts)
  defp joined(parts, separator, :extended), do: Enum.join(parts, separator)

  @doc "The texts of the date and of the time, a space between."
  def naive_datetime_to_string(year, month, day, hour, minute, second, microsecond, format \\ :extended) do
    Enum.join([date_to_string(year, month, day, format), time_to_string(hour, minute, second, microsecond, format)], " ")
  end

  @doc "The text without a zone, the offset, and the zone's names unless it is UTC."
  def datetime_to_string(year, month, day, hour, minute, second, microsecond, time_zone, zone_abbr, utc_offset, std_offset, format \\ :extended) do
    names = if time_zone == "Etc/UTC", do: "", else: " #{zone_abbr} #{time_zone}"
    offset = offset_to_string(utc_offset + std_offset, time_zone, format)
    naive_datetime_to_string(year, month, day, hour, minute, second, microsecond, format) <> offset <> names
  end

  @doc false
  def offset_to_string(0, "Etc/UTC", _format), do: "Z"

  def offset_to_string(seconds, _zone, format) do
    minutes = div(abs(seconds), 60)
    clock = joined([zero_pad(div(minutes, 60), 2), zero_pad(rem(minutes, 60), 2)], ":", format)
    if seconds < 0, do: "-" <> clock, else: "+" <> clock
  end

  @doc false
  def zero_pad(value, count) when value >= 0, do: value |> Integer.to_string() |> String.pad_leading(count, "0")
  def zero_pad(value, count), do: "-" <> zero_pad(-value, count)

  ## Shifting

  @doc "A date moved by a duration without units of time."
  def shift_date(year, month, day, duration) do
    case duration do
      %Duration{hour: 0, minute: 0, second: 0, microsecond: {0, _}} ->
        {year, month, day} = in_months(year, month, day, duration.year * 12 + duration.month)
        date_from_iso_days(date_to_iso_days(year, month, day) + duration.week * 7 + duration.day)

      _ ->
        raise ArgumentError, "cannot shift date by time scale unit. Expected :year, :month, :week, :day"
    end
  end

  defp in_months(year, month, day, months) do
    total = year * 12 + month - 1 + months
    year = Integer.floor_div(total, 12)
    month = Integer.mod(total, 12) + 1
    {year, month, min(day, days_in_month(year, month))}
  end

  @doc "A date and time moved by a duration."
  def shift_naive_datetime(year, month, day, hour, minute, second, {_, precision} = microsecond, duration) do
    {year, month, day} = in_months(year, month, day, duration.year * 12 + duration.month)
    {days, fraction} = naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond)
    days = days + duration.week * 7 + duration.day
    {shifted, shift_precision} = time_parts(duration)
    moment = add_day_fraction_to_iso_days({days, fraction}, shifted, @parts_per_day)
    {year, month, day, hour, minute, second, {value, _}} = naive_datetime_from_iso_days(moment)
    {year, month, day, hour, minute, second, {value, max(precision, shift_precision)}}
  end

  @doc "A time moved by a duration without units of date; it goes round the clock."
  def shift_time(hour, minute, second, {_, precision} = microsecond, duration) do
    case duration do
      %Duration{year: 0, month: 0, week: 0, day: 0} ->
        {parts, ppd} = time_to_day_fraction(hour, minute, second, microsecond)
        {shifted, shift_precision} = time_parts(duration)
        {hour, minute, second, {value, _}} = time_from_day_fraction({Integer.mod(parts + shifted, ppd), ppd})
        {hour, minute, second, {value, max(precision, shift_precision)}}

      _ ->
        raise ArgumentError, "cannot shift time by date scale unit. Expected :hour, :minute, :second, :microsecond"
    end
  end

  defp time_parts(%{hour: hour, minute: minute, second: second, microsecond: {value, precision}}) do
    {(hour * 3600 + minute * 60 + second) * @microseconds + value, if(value == 0, do: 0, else: precision)}
  end
end
