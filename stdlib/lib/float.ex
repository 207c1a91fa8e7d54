defmodule Float do
  @moduledoc "Functions for floats: IEEE 754 doubles, without infinities and NaN."

  import Kernel, except: [round: 1, floor: 1, ceil: 1, to_string: 1]

  @type precision_range :: 0..15

  # From 2^52 on a double has no fraction.
  @no_fraction 4_503_599_627_370_496.0

  @doc "The greatest float."
  @spec max_finite :: float
  def max_finite, do: 1.7976931348623157e308

  @doc "The least float."
  @spec min_finite :: float
  def min_finite, do: -1.7976931348623157e308

  @doc "`base` to the power of `exponent`."
  @spec pow(float, number) :: float
  def pow(base, exponent) when is_float(base) and is_number(exponent), do: :math.pow(base, exponent)

  @doc "Parses a float at the front of a string: `{float, rest}` or `:error`."
  @spec parse(binary) :: {float, binary} | :error
  def parse(binary)
  def parse("-" <> rest), do: parse_unsigned(rest, "-")
  def parse("+" <> rest), do: parse_unsigned(rest, "")
  def parse(binary) when is_binary(binary), do: parse_unsigned(binary, "")

  defp parse_unsigned(binary, sign) do
    case take_digits(binary, 0) do
      {"", _rest} ->
        :error

      {whole, rest} ->
        {fraction, rest} = parse_fraction(rest)
        {exponent, rest} = parse_exponent(rest)
        to_float(sign <> whole <> "." <> fraction <> exponent, rest)
    end
  end

  defp to_float(text, rest) do
    {:erlang.binary_to_float(text), rest}
  rescue
    ArgumentError -> :error
  end

  defp parse_fraction("." <> after_point = rest) do
    case take_digits(after_point, 0) do
      {"", _} -> {"0", rest}
      {digits, rest} -> {digits, rest}
    end
  end

  defp parse_fraction(rest), do: {"0", rest}

  defp parse_exponent(<<e, sign, after_sign::binary>> = rest) when e in [?e, ?E] and sign in [?+, ?-] do
    case take_digits(after_sign, 0) do
      {"", _} -> {"", rest}
      {digits, rest} -> {<<?e, sign, digits::binary>>, rest}
    end
  end

  defp parse_exponent(<<e, after_e::binary>> = rest) when e in [?e, ?E] do
    case take_digits(after_e, 0) do
      {"", _} -> {"", rest}
      {digits, rest} -> {"e" <> digits, rest}
    end
  end

  defp parse_exponent(rest), do: {"", rest}

  defp take_digits(binary, count) do
    case binary do
      <<_::binary-size(count), digit, _::binary>> when digit in ?0..?9 ->
        take_digits(binary, count + 1)

      <<digits::binary-size(count), rest::binary>> ->
        {digits, rest}
    end
  end

  @doc "Rounds down to `precision` decimal digits."
  @spec floor(float, precision_range) :: float
  def floor(number, precision \\ 0)
  def floor(number, 0) when is_float(number), do: :math.floor(number)
  def floor(number, precision) when is_float(number) and precision in 0..15, do: decimal(number, precision, :floor)
  def floor(number, precision) when is_float(number), do: raise(ArgumentError, invalid_precision(precision))

  @doc "Rounds up to `precision` decimal digits."
  @spec ceil(float, precision_range) :: float
  def ceil(number, precision \\ 0)
  def ceil(number, 0) when is_float(number), do: :math.ceil(number)
  def ceil(number, precision) when is_float(number) and precision in 0..15, do: decimal(number, precision, :ceil)
  def ceil(number, precision) when is_float(number), do: raise(ArgumentError, invalid_precision(precision))

  @doc "Rounds to `precision` decimal digits, halves away from zero."
  @spec round(float, precision_range) :: float
  def round(float, precision \\ 0)
  def round(number, 0) when is_float(number), do: whole(number)
  def round(number, precision) when is_float(number) and precision in 0..15, do: decimal(number, precision, :half_up)
  def round(number, precision) when is_float(number), do: raise(ArgumentError, invalid_precision(precision))

  defp invalid_precision(precision) do
    "precision #{inspect(precision)} is out of valid range of 0..15"
  end

  defp whole(number) when abs(number) >= @no_fraction, do: number

  defp whole(number) do
    case :erlang.round(number) * 1.0 do
      rounded when rounded == 0.0 -> if negative?(number), do: -0.0, else: 0.0
      rounded -> rounded
    end
  end

  # The exact binary value as a fraction, scaled and rounded as an integer, read back
  # as a decimal: each step is exact but the last, which rounds correctly.
  defp decimal(number, _precision, _mode) when abs(number) >= @no_fraction, do: number

  defp decimal(number, precision, mode) do
    negative? = negative?(number)
    {numerator, denominator} = ratio(abs(number))
    scaled = numerator * power10(precision)
    quotient = div(scaled, denominator)
    remainder = rem(scaled, denominator)

    quotient = if up?(mode, negative?, remainder, denominator), do: quotient + 1, else: quotient
    value = :erlang.binary_to_float("#{quotient}.0e-#{precision}")
    if negative?, do: -value, else: value
  end

  defp up?(_mode, _negative?, 0, _denominator), do: false
  defp up?(:floor, negative?, _remainder, _denominator), do: negative?
  defp up?(:ceil, negative?, _remainder, _denominator), do: not negative?
  defp up?(:half_up, _negative?, remainder, denominator), do: 2 * remainder >= denominator

  defp negative?(number), do: match?(<<1::1, _::63>>, <<number::float>>)

  defp power10(0), do: 1
  defp power10(n), do: 10 * power10(n - 1)

  @doc "The float as a fraction in lowest terms."
  @spec ratio(float) :: {integer, pos_integer}
  def ratio(float)
  def ratio(+0.0), do: {0, 1}
  def ratio(-0.0), do: {0, 1}

  def ratio(float) when is_float(float) do
    case <<float::float>> do
      <<sign::1, 0::11, mantissa::52>> -> reduce(sign, mantissa, -1074)
      <<sign::1, exponent::11, mantissa::52>> -> reduce(sign, mantissa + 0x10000000000000, exponent - 1075)
    end
  end

  defp reduce(sign, mantissa, exponent) when exponent < 0 and :erlang.band(mantissa, 1) == 0 do
    reduce(sign, :erlang.bsr(mantissa, 1), exponent + 1)
  end

  defp reduce(1, mantissa, exponent), do: fraction(-mantissa, exponent)
  defp reduce(0, mantissa, exponent), do: fraction(mantissa, exponent)

  defp fraction(mantissa, exponent) when exponent >= 0, do: {:erlang.bsl(mantissa, exponent), 1}
  defp fraction(mantissa, exponent), do: {mantissa, :erlang.bsl(1, -exponent)}

  @doc "The shortest text that reads back as this float, as a charlist."
  @spec to_charlist(float) :: charlist
  def to_charlist(float), do: :erlang.float_to_list(float, [:short])

  @doc "The shortest text that reads back as this float."
  @spec to_string(float) :: String.t()
  def to_string(float), do: :erlang.float_to_binary(float, [:short])

  @doc false
  @deprecated "Use Float.to_charlist/1 instead"
  def to_char_list(float), do: Float.to_charlist(float)

  @doc false
  @deprecated "Use :erlang.float_to_list/2 instead"
  def to_char_list(float, options), do: :erlang.float_to_list(float, expand_compact(options))

  @doc false
  @deprecated "Use :erlang.float_to_binary/2 instead"
  def to_string(float, options), do: :erlang.float_to_binary(float, expand_compact(options))

  defp expand_compact(options) do
    Enum.map(options, fn
      {:compact, true} -> :compact
      other -> other
    end)
  end
end
