defmodule :calendar do
  @moduledoc false
  # Erlang's calendar: Gregorian days and seconds from year 0.

  @seconds_per_day 86400
  @unix_epoch 62_167_219_200

  def is_leap_year(year) when is_integer(year) and year >= 0 do
    rem(year, 4) == 0 and (rem(year, 100) != 0 or rem(year, 400) == 0)
  end

  def last_day_of_the_month(year, month) when is_integer(year) and month in 1..12 do
    cond do
      month == 2 and is_leap_year(year) -> 29
      month == 2 -> 28
      month in [4, 6, 9, 11] -> 30
      true -> 31
    end
  end

  def valid_date({year, month, day}), do: valid_date(year, month, day)

  def valid_date(year, month, day) when is_integer(year) and is_integer(month) and is_integer(day) do
    year >= 0 and month in 1..12 and day >= 1 and day <= last_day_of_the_month(year, month)
  end

  def date_to_gregorian_days({year, month, day}), do: date_to_gregorian_days(year, month, day)

  def date_to_gregorian_days(year, month, day) when is_integer(day) and day > 0 do
    last = last_day_of_the_month(year, month)
    if day <= last, do: Calendar.ISO.date_to_iso_days(year, month, day), else: :erlang.error(:if_clause)
  end

  def gregorian_days_to_date(days), do: Calendar.ISO.date_from_iso_days(days)

  def datetime_to_gregorian_seconds({date, time}), do: @seconds_per_day * date_to_gregorian_days(date) + time_to_seconds(time)

  def gregorian_seconds_to_datetime(seconds) when seconds >= 0 do
    {gregorian_days_to_date(div(seconds, @seconds_per_day)), seconds_to_time(rem(seconds, @seconds_per_day))}
  end

  def day_of_the_week({year, month, day}), do: day_of_the_week(year, month, day)
  def day_of_the_week(year, month, day), do: rem(date_to_gregorian_days(year, month, day) + 5, 7) + 1

  def iso_week_number do
    {date, _} = local_time()
    iso_week_number(date)
  end

  def iso_week_number({year, month, day}) do
    days = date_to_gregorian_days(year, month, day)
    first = first_week(year)

    cond do
      days < first -> {year - 1, div(days - first_week(year - 1), 7) + 1}
      days >= first_week(year + 1) -> {year + 1, 1}
      true -> {year, div(days - first, 7) + 1}
    end
  end

  # The Monday of the week with January 4th.
  defp first_week(year) do
    fourth = date_to_gregorian_days(year, 1, 4)
    fourth - day_of_the_week(year, 1, 4) + 1
  end

  def time_to_seconds({hour, minute, second}) when is_integer(hour) and is_integer(minute) and is_integer(second) do
    hour * 3600 + minute * 60 + second
  end

  def seconds_to_time(seconds) when seconds >= 0 and seconds < @seconds_per_day do
    {div(seconds, 3600), div(rem(seconds, 3600), 60), rem(seconds, 60)}
  end

  def seconds_to_daystime(seconds) do
    days = if seconds >= 0, do: div(seconds, @seconds_per_day), else: div(seconds - @seconds_per_day + 1, @seconds_per_day)
    {days, seconds_to_time(seconds - days * @seconds_per_day)}
  end

  def time_difference(datetime1, datetime2) do
    seconds_to_daystime(datetime_to_gregorian_seconds(datetime2) - datetime_to_gregorian_seconds(datetime1))
  end

  def local_time, do: :erlang.localtime()
  def universal_time, do: :erlang.universaltime()
  def universal_time_to_local_time(datetime), do: :erlang.universaltime_to_localtime(datetime)
  def local_time_to_universal_time(datetime), do: :erlang.localtime_to_universaltime(datetime)
  def local_time_to_universal_time(datetime, dst), do: :erlang.localtime_to_universaltime(datetime, dst)
  def local_time_to_universal_time_dst(datetime), do: [:erlang.localtime_to_universaltime(datetime)]

  def now_to_datetime({mega, second, _micro}), do: system_time_to_universal_time(mega * 1_000_000 + second, :second)
  def now_to_universal_time(now), do: now_to_datetime(now)
  def now_to_local_time(now), do: now |> now_to_datetime() |> universal_time_to_local_time()

  def system_time_to_universal_time(time, unit) do
    gregorian_seconds_to_datetime(Integer.floor_div(time, :erlang.convert_time_unit(1, :second, unit)) + @unix_epoch)
  end

  def system_time_to_local_time(time, unit), do: time |> system_time_to_universal_time(unit) |> universal_time_to_local_time()

  def system_time_to_rfc3339(time), do: system_time_to_rfc3339(time, [])

  def system_time_to_rfc3339(time, options) do
    unit = :proplists.get_value(:unit, options, :second)
    offset = :proplists.get_value(:offset, options, ~c"")
    designator = :proplists.get_value(:time_designator, options, ?T)
    return = :proplists.get_value(:return, options, :string)
    factor = :erlang.convert_time_unit(1, :second, unit)
    seconds = Integer.floor_div(time, factor)
    fraction = time - seconds * factor
    {adjustment, suffix} = offset_text(offset, seconds, unit)

    {{year, month, day}, {hour, minute, second}} = gregorian_seconds_to_datetime(seconds + adjustment + @unix_epoch)

    digits =
      case factor do
        1 -> ""
        _ -> "." <> String.pad_leading(Integer.to_string(fraction), length(Integer.digits(factor)) - 1, "0")
      end

    text =
      Calendar.ISO.date_to_string(year, month, day) <>
        <<designator::utf8>> <>
        Calendar.ISO.time_to_string(hour, minute, second, {0, 0}) <> digits <> suffix

    if return == :binary, do: text, else: :erlang.binary_to_list(text)
  end

  defp offset_text(~c"Z", _seconds, _unit), do: {0, "Z"}
  defp offset_text(~c"z", _seconds, _unit), do: {0, "z"}

  defp offset_text(~c"", seconds, _unit) do
    utc = gregorian_seconds_to_datetime(seconds + @unix_epoch)
    local = universal_time_to_local_time(utc)
    adjustment = datetime_to_gregorian_seconds(local) - datetime_to_gregorian_seconds(utc)
    {adjustment, offset_suffix(adjustment)}
  end

  defp offset_text(offset, _seconds, unit) when is_integer(offset) do
    adjustment = :erlang.convert_time_unit(offset, unit, :second)
    {adjustment, offset_suffix(adjustment)}
  end

  defp offset_text([sign, h1, h2, ?:, m1, m2] = text, _seconds, _unit) do
    total = (:erlang.list_to_integer([h1, h2]) * 60 + :erlang.list_to_integer([m1, m2])) * 60
    {if(sign == ?-, do: -total, else: total), :erlang.list_to_binary(text)}
  end

  defp offset_suffix(adjustment), do: Calendar.ISO.offset_to_string(adjustment, nil, :extended)

  def rfc3339_to_system_time(text), do: rfc3339_to_system_time(text, [])

  def rfc3339_to_system_time(text, options) do
    unit = :proplists.get_value(:unit, options, :second)

    <<year::binary-4, "-", month::binary-2, "-", day::binary-2, _designator, hour::binary-2, ":", minute::binary-2, ":",
      second::binary-2, rest::binary>> = :unicode.characters_to_binary(text)

    int = &:erlang.binary_to_integer/1
    {fraction, zone} = fraction(rest)
    datetime = {{int.(year), int.(month), int.(day)}, {int.(hour), int.(minute), int.(second)}}
    seconds = datetime_to_gregorian_seconds(datetime) - @unix_epoch - zone_offset(zone)
    nanoseconds = seconds * 1_000_000_000 + fraction
    :erlang.convert_time_unit(nanoseconds, :nanosecond, unit)
  end

  defp fraction(<<".", rest::binary>>) do
    {digits, zone} = Integer.parse(rest)
    size = byte_size(rest) - byte_size(zone)
    {div(digits * 1_000_000_000, Integer.pow(10, size)), zone}
  end

  defp fraction(zone), do: {0, zone}

  defp zone_offset(<<zone>>) when zone in [?Z, ?z], do: 0

  defp zone_offset(<<sign, hour::binary-2, ":", minute::binary-2>>) do
    seconds = (:erlang.binary_to_integer(hour) * 60 + :erlang.binary_to_integer(minute)) * 60
    if sign == ?-, do: -seconds, else: seconds
  end
end
