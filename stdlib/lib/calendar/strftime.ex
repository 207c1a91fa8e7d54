defmodule Calendar.Strftime do
  @moduledoc false
  # Calendar.strftime/3: conversions are %[-_0][width]letter.

  @months ~w(January February March April May June July August September October November December)
  @days ~w(Monday Tuesday Wednesday Thursday Friday Saturday Sunday)

  def format(data, format, user_options), do: parse(format, data, options(user_options), "")

  defp options(user_options) do
    defaults = %{
      preferred_date: "%Y-%m-%d",
      preferred_time: "%H:%M:%S",
      preferred_datetime: "%Y-%m-%d %H:%M:%S",
      am_pm_names: fn
        :am -> "am"
        :pm -> "pm"
      end,
      month_names: fn month -> Enum.at(@months, month - 1) end,
      day_of_week_names: fn day -> Enum.at(@days, day - 1) end
    }

    defaults =
      Map.merge(defaults, %{
        abbreviated_month_names: nil,
        abbreviated_day_of_week_names: nil,
        preferred_date_invoked: false,
        preferred_time_invoked: false,
        preferred_datetime_invoked: false
      })

    Enum.reduce(user_options, defaults, fn {key, value}, acc ->
      if is_map_key(acc, key) do
        Map.put(acc, key, value)
      else
        raise ArgumentError, "unknown option #{inspect(key)} given to Calendar.strftime/3"
      end
    end)
  end

  defp parse("", _data, _options, acc), do: acc
  defp parse("%" <> rest, data, options, acc), do: modifiers(rest, nil, nil, data, options, acc)
  defp parse(<<char, rest::binary>>, data, options, acc), do: parse(rest, data, options, <<acc::binary, char>>)

  defp modifiers("-" <> rest, _width, nil, data, options, acc), do: modifiers(rest, 0, "", data, options, acc)
  defp modifiers("0" <> rest, nil, nil, data, options, acc), do: modifiers(rest, nil, ?0, data, options, acc)
  defp modifiers("_" <> rest, width, nil, data, options, acc), do: modifiers(rest, width, ?\s, data, options, acc)

  defp modifiers(<<digit, rest::binary>>, width, padding, data, options, acc) when digit in ?0..?9 do
    modifiers(rest, (width || 0) * 10 + digit - ?0, padding, data, options, acc)
  end

  defp modifiers(<<letter, rest::binary>>, width, padding, data, options, acc) do
    {text, default_padding, default_width} = conversion(letter, data, options, width)
    text = pad(text, width || default_width, (padding == "" && nil) || padding || default_padding, padding)
    parse(rest, data, options, acc <> text)
  end

  defp modifiers("", _width, _padding, _data, _options, _acc), do: raise(ArgumentError, "invalid strftime format: %")

  defp pad(text, _width, _char, ""), do: text
  defp pad("-" <> text, width, ?0, _padding), do: "-" <> String.pad_leading(text, width, "0")
  defp pad(text, width, char, _padding), do: String.pad_leading(text, width, <<char>>)

  defp number(value, width), do: {Integer.to_string(value), ?0, width}
  defp text(value), do: {value, ?\s, 0}
  defp filled(value), do: {value, ?0, 0}

  defp conversion(?%, _data, _options, _width), do: text("%")

  defp conversion(?a, data, options, _width) do
    day = data |> Date.day_of_week()

    case options.abbreviated_day_of_week_names do
      nil -> text(String.slice(options.day_of_week_names.(day), 0, 3))
      fun -> text(fun.(day))
    end
  end

  defp conversion(?A, data, options, _width), do: text(options.day_of_week_names.(Date.day_of_week(data)))

  defp conversion(?b, data, options, _width) do
    month = Map.fetch!(data, :month)

    case options.abbreviated_month_names do
      nil -> text(String.slice(options.month_names.(month), 0, 3))
      fun -> text(fun.(month))
    end
  end

  defp conversion(?B, data, options, _width), do: text(options.month_names.(Map.fetch!(data, :month)))

  defp conversion(?c, _data, %{preferred_datetime_invoked: true}, _width), do: raise_twice(:preferred_datetime)

  defp conversion(?c, data, options, _width) do
    filled(preferred(options.preferred_datetime, data, %{options | preferred_datetime_invoked: true}))
  end

  defp conversion(?d, data, _options, _width), do: number(Map.fetch!(data, :day), 2)

  defp conversion(?f, data, _options, width) do
    {value, precision} = Map.fetch!(data, :microsecond)
    {value |> Calendar.ISO.zero_pad(6) |> binary_part(0, max(precision, 1)), ?0, width || 0}
  end

  defp conversion(?H, data, _options, _width), do: number(Map.fetch!(data, :hour), 2)
  defp conversion(?I, data, _options, _width), do: number(twelve(Map.fetch!(data, :hour)), 2)
  defp conversion(?j, data, _options, _width), do: number(Date.day_of_year(data), 3)
  defp conversion(?m, data, _options, _width), do: number(Map.fetch!(data, :month), 2)
  defp conversion(?M, data, _options, _width), do: number(Map.fetch!(data, :minute), 2)
  defp conversion(?p, data, options, _width), do: text(String.upcase(am_pm(data, options)))
  defp conversion(?P, data, options, _width), do: text(String.downcase(am_pm(data, options)))
  defp conversion(?q, data, _options, _width), do: number(Date.quarter_of_year(data), 1)

  defp conversion(?s, data, _options, _width) do
    naive = NaiveDateTime.diff(naive(data), ~N[1970-01-01 00:00:00])
    number(naive - Map.get(data, :utc_offset, 0) - Map.get(data, :std_offset, 0), 1)
  end

  defp conversion(?S, data, _options, _width), do: number(Map.fetch!(data, :second), 2)
  defp conversion(?u, data, _options, _width), do: number(Date.day_of_week(data), 1)

  defp conversion(?x, _data, %{preferred_date_invoked: true}, _width), do: raise_twice(:preferred_date)

  defp conversion(?x, data, options, _width) do
    filled(preferred(options.preferred_date, data, %{options | preferred_date_invoked: true}))
  end

  defp conversion(?X, _data, %{preferred_time_invoked: true}, _width), do: raise_twice(:preferred_time)

  defp conversion(?X, data, options, _width) do
    filled(preferred(options.preferred_time, data, %{options | preferred_time_invoked: true}))
  end

  defp conversion(?y, data, _options, _width), do: number(rem(Map.fetch!(data, :year), 100), 2)
  defp conversion(?Y, data, _options, _width), do: number(Map.fetch!(data, :year), 4)

  defp conversion(?z, data, _options, width) do
    case Map.get(data, :utc_offset) do
      nil -> text("")
      offset -> {zone(offset + Map.get(data, :std_offset, 0), width || 5), ?0, 0}
    end
  end

  defp conversion(?Z, data, _options, _width), do: text(Map.get(data, :zone_abbr, "") || "")
  defp conversion(letter, _data, _options, _width), do: raise(ArgumentError, "invalid strftime format: %#{<<letter>>}")

  defp preferred(format, data, options) when is_binary(format), do: parse(format, data, options, "")

  defp raise_twice(option) do
    raise ArgumentError,
          "tried to format #{option} within another #{option} format"
  end

  defp twelve(hour) when hour in [0, 12], do: 12
  defp twelve(hour), do: rem(hour, 12)

  defp am_pm(data, options), do: options.am_pm_names.(if(Map.fetch!(data, :hour) > 11, do: :pm, else: :am))

  defp zone(total, width) do
    sign = if total < 0, do: "-", else: "+"
    total = abs(total)
    minutes = Integer.to_string(div(total, 3600) * 100 + div(rem(total, 3600), 60))
    sign <> String.pad_leading(minutes, max(width - 1, 0), "0")
  end

  defp naive(%{calendar: calendar, year: year, month: month, day: day, hour: hour, minute: minute, second: second}) do
    NaiveDateTime.new!(year, month, day, hour, minute, second, {0, 0}, calendar)
  end
end
