defmodule Calendar.Strftime do
  @moduledoc false
  # Calendar.strftime/3. A conversion is `%[flag][width]letter`; the flag says what fills up to the width: `0` zeros, `_`
  # spaces, `-` nothing.
  #
  # A format becomes a list of pieces, one for each byte of text and each conversion. Where a whole format is one conversion
  # (%c, %x, %X), the width counts its pieces, which is what Elixir does.

  @months ~w(January February March April May June July August September October November December)
  @days ~w(Monday Tuesday Wednesday Thursday Friday Saturday Sunday)

  def format(data, format, user_options) do
    format |> pieces(data, options(user_options), []) |> IO.iodata_to_binary()
  end

  defp options(user_options) do
    defaults = %{
      preferred_date: "%Y-%m-%d",
      preferred_time: "%H:%M:%S",
      preferred_datetime: "%Y-%m-%d %H:%M:%S",
      am_pm_names: fn half -> Atom.to_string(half) end,
      month_names: fn month -> Enum.at(@months, month - 1) end,
      day_of_week_names: fn day -> Enum.at(@days, day - 1) end,
      abbreviated_month_names: fn month -> @months |> Enum.at(month - 1) |> binary_part(0, 3) end,
      abbreviated_day_of_week_names: fn day -> @days |> Enum.at(day - 1) |> binary_part(0, 3) end
    }

    for {key, value} <- user_options, reduce: defaults do
      %{^key => _} = options -> %{options | key => value}
      _options -> raise ArgumentError, "unknown option #{inspect(key)} given to Calendar.strftime/3"
    end
  end

  defp pieces("", _data, _options, done), do: Enum.reverse(done)

  defp pieces("%" <> rest, data, options, done) do
    {flag, rest} = flag(rest, nil)
    {width, rest} = width(rest, nil)
    # The flag may also stand behind the width.
    {flag, rest} = if width, do: flag(rest, flag), else: {flag, rest}
    {letter, rest} = letter(rest)
    piece = letter |> conversion(data, options) |> fill(flag, width)
    pieces(rest, data, options, [piece | done])
  end

  defp pieces(<<byte, rest::binary>>, data, options, done), do: pieces(rest, data, options, [byte | done])

  defp flag("-" <> rest, nil), do: {:none, rest}
  defp flag("_" <> rest, nil), do: {" ", rest}
  defp flag("0" <> rest, nil), do: {"0", rest}
  defp flag(rest, flag), do: {flag, rest}

  defp width(<<digit, rest::binary>>, width) when digit in ?0..?9, do: width(rest, (width || 0) * 10 + digit - ?0)
  defp width(rest, width), do: {width, rest}

  defp letter(""), do: raise(ArgumentError, "invalid strftime format: %")
  defp letter(<<letter::utf8, rest::binary>>), do: {letter, rest}

  ## Filling: {:number, sign, digits, usual_width}, {:words, text}, {:pieces, list} or {:bare, text}

  defp fill({:bare, text}, _flag, _width), do: text
  defp fill({:number, sign, digits, _usual}, :none, _width), do: [sign, digits]

  defp fill({:number, sign, digits, usual}, flag, width) do
    [sign | String.pad_leading(digits, width || usual, flag || "0")]
  end

  defp fill({:words, text}, flag, width) when flag == :none or width == nil, do: text
  defp fill({:words, text}, flag, width), do: String.pad_leading(text, width, flag || " ")
  defp fill({:pieces, list}, flag, width) when flag == :none or width == nil, do: list

  defp fill({:pieces, list}, flag, width) do
    [String.duplicate(flag || "0", max(width - length(list), 0)) | list]
  end

  ## Conversions

  defp conversion(?Y, data, _), do: number(data.year, 4)
  defp conversion(?y, data, _), do: number(rem(data.year, 100), 2)
  defp conversion(?m, data, _), do: number(data.month, 2)
  defp conversion(?d, data, _), do: number(data.day, 2)
  defp conversion(?H, data, _), do: number(data.hour, 2)
  defp conversion(?I, data, _), do: number(Integer.mod(data.hour - 1, 12) + 1, 2)
  defp conversion(?M, data, _), do: number(data.minute, 2)
  defp conversion(?S, data, _), do: number(data.second, 2)
  defp conversion(?j, data, _), do: number(Date.day_of_year(data), 3)
  defp conversion(?u, data, _), do: number(Date.day_of_week(data), 1)
  defp conversion(?q, data, _), do: number(Date.quarter_of_year(data), 1)
  defp conversion(?s, data, _), do: {:bare, Integer.to_string(unix_time(data))}
  defp conversion(?a, data, options), do: {:words, options.abbreviated_day_of_week_names.(Date.day_of_week(data))}
  defp conversion(?A, data, options), do: {:words, options.day_of_week_names.(Date.day_of_week(data))}
  defp conversion(?b, data, options), do: {:words, options.abbreviated_month_names.(data.month)}
  defp conversion(?B, data, options), do: {:words, options.month_names.(data.month)}
  defp conversion(?p, data, options), do: {:words, String.upcase(half(data, options))}
  defp conversion(?P, data, options), do: {:words, String.downcase(half(data, options))}
  defp conversion(?Z, data, _), do: {:words, Map.get(data, :zone_abbr, "")}
  defp conversion(?c, data, options), do: nested(:preferred_datetime, data, options)
  defp conversion(?x, data, options), do: nested(:preferred_date, data, options)
  defp conversion(?X, data, options), do: nested(:preferred_time, data, options)
  defp conversion(?%, _data, _), do: {:pieces, ["%"]}

  defp conversion(?f, data, _) do
    {micros, digits} = data.microsecond
    {:bare, micros |> Calendar.ISO.zero_pad(6) |> binary_part(0, max(digits, 1))}
  end

  defp conversion(?z, %{utc_offset: east, std_offset: summer}, _) do
    minutes = div(abs(east + summer), 60)
    sign = if east + summer < 0, do: "-", else: "+"
    {:number, sign, Integer.to_string(div(minutes, 60) * 100 + rem(minutes, 60)), 4}
  end

  defp conversion(?z, _data, _), do: {:words, ""}
  defp conversion(letter, _data, _), do: raise(ArgumentError, "invalid strftime format: %#{<<letter::utf8>>}")

  defp number(value, usual) when value < 0, do: {:number, "-", Integer.to_string(-value), usual}
  defp number(value, usual), do: {:number, "", Integer.to_string(value), usual}

  # A preferred format that contains itself would never end.
  defp nested(name, data, options) do
    case options do
      %{^name => {:within, _format}} -> raise ArgumentError, "tried to format #{name} within another #{name} format"
      %{^name => format} -> {:pieces, pieces(format, data, %{options | name => {:within, format}}, [])}
    end
  end

  defp half(%{hour: hour}, options), do: options.am_pm_names.(if(hour < 12, do: :am, else: :pm))

  # Without a zone the time is taken for UTC.
  defp unix_time(data) do
    {seconds, _} = NaiveDateTime.to_gregorian_seconds(Map.put_new(data, :microsecond, {0, 0}))
    seconds - Calendar.ISO.__unix_epoch__() - Map.get(data, :utc_offset, 0) - Map.get(data, :std_offset, 0)
  end
end
