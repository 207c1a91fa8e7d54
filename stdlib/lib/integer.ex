defmodule Integer do
  @moduledoc "Functions for integers of any size."

  import Kernel, except: [to_string: 1, to_charlist: 1]

  @doc "Whether `integer` is odd; allowed in guards."
  defguard is_odd(integer) when is_integer(integer) and :erlang.band(integer, 1) == 1

  @doc "Whether `integer` is even; allowed in guards."
  defguard is_even(integer) when is_integer(integer) and :erlang.band(integer, 1) == 0

  @doc "`base` to the power of `exponent`, which is not negative."
  @spec pow(integer, non_neg_integer) :: integer
  def pow(base, exponent) when is_integer(base) and is_integer(exponent) do
    if exponent < 0, do: :erlang.error(:badarith, [base, exponent])
    power(base, exponent)
  end

  defp power(_base, 0), do: 1
  defp power(base, 1), do: base
  defp power(2, exponent), do: :erlang.bsl(1, exponent)
  defp power(base, exponent) when :erlang.band(exponent, 1) == 1, do: base * power(base * base, :erlang.bsr(exponent, 1))
  defp power(base, exponent), do: power(base * base, :erlang.bsr(exponent, 1))

  @doc "The remainder with the sign of the divisor."
  @spec mod(integer, neg_integer | pos_integer) :: integer
  def mod(dividend, divisor) do
    remainder = rem(dividend, divisor)
    if remainder * divisor < 0, do: remainder + divisor, else: remainder
  end

  @doc "The quotient, rounded down."
  @spec floor_div(integer, neg_integer | pos_integer) :: integer
  def floor_div(dividend, divisor) do
    if dividend * divisor < 0 and rem(dividend, divisor) != 0,
      do: div(dividend, divisor) - 1,
      else: div(dividend, divisor)
  end

  @doc false
  @spec ceil_div(integer, neg_integer | pos_integer) :: integer
  def ceil_div(dividend, divisor), do: -floor_div(-dividend, divisor)

  @doc "The digits in `base`, most significant first."
  @spec digits(integer, pos_integer) :: [integer, ...]
  def digits(integer, base \\ 10) when is_integer(integer) and is_integer(base) and base >= 2 do
    digits(integer, base, [])
  end

  defp digits(integer, base, acc) when abs(integer) < base, do: [integer | acc]
  defp digits(integer, base, acc), do: digits(div(integer, base), base, [rem(integer, base) | acc])

  @doc "The integer with these digits in `base`."
  @spec undigits([integer], pos_integer) :: integer
  def undigits(digits, base \\ 10) when is_list(digits) and is_integer(base) and base >= 2 do
    undigits(digits, base, 0)
  end

  defp undigits([], _base, acc), do: acc

  defp undigits([digit | _], base, _acc) when is_integer(digit) and digit >= base do
    raise ArgumentError, "invalid digit #{digit} in base #{base}"
  end

  defp undigits([digit | tail], base, acc) when is_integer(digit), do: undigits(tail, base, acc * base + digit)

  @doc "Parses an integer at the front of a string: `{integer, rest}` or `:error`."
  @spec parse(binary, 2..36) :: {integer, remainder_of_binary :: binary} | :error
  def parse(binary, base \\ 10)

  def parse(_binary, base) when base not in 2..36 do
    raise ArgumentError, "invalid base #{inspect(base)}"
  end

  def parse(binary, base) when is_binary(binary) do
    case binary do
      <<sign, rest::binary>> when sign in [?+, ?-] -> parse_digits(rest, base, sign, binary, 1)
      _ -> parse_digits(binary, base, ?+, binary, 0)
    end
  end

  defp parse_digits(rest, base, sign, binary, offset) do
    case digit_count(rest, base, 0) do
      0 ->
        :error

      count ->
        integer = :erlang.binary_to_integer(binary_part(binary, offset, count), base)
        size = offset + count
        rest = binary_part(binary, size, byte_size(binary) - size)
        {if(sign == ?-, do: -integer, else: integer), rest}
    end
  end

  defp digit_count(<<char, rest::binary>>, base, count) when char in ?0..?9 and char - ?0 < base do
    digit_count(rest, base, count + 1)
  end

  defp digit_count(<<char, rest::binary>>, base, count) when char in ?a..?z and char - ?a + 10 < base do
    digit_count(rest, base, count + 1)
  end

  defp digit_count(<<char, rest::binary>>, base, count) when char in ?A..?Z and char - ?A + 10 < base do
    digit_count(rest, base, count + 1)
  end

  defp digit_count(_rest, _base, count), do: count

  @doc "The decimal text."
  @spec to_string(integer) :: String.t()
  def to_string(integer), do: :erlang.integer_to_binary(integer)

  @doc "The text in `base`, digits above 9 as upper-case letters."
  @spec to_string(integer, 2..36) :: String.t()
  def to_string(integer, base), do: :erlang.integer_to_binary(integer, base)

  @doc "The decimal text as a charlist."
  @spec to_charlist(integer) :: charlist
  def to_charlist(integer), do: :erlang.integer_to_list(integer)

  @doc "The text in `base` as a charlist."
  @spec to_charlist(integer, 2..36) :: charlist
  def to_charlist(integer, base), do: :erlang.integer_to_list(integer, base)

  @doc "The greatest common divisor."
  @spec gcd(integer, integer) :: non_neg_integer
  def gcd(integer1, integer2) when is_integer(integer1) and is_integer(integer2) do
    positive_gcd(abs(integer1), abs(integer2))
  end

  defp positive_gcd(0, integer2), do: integer2
  defp positive_gcd(integer1, 0), do: integer1
  defp positive_gcd(integer1, integer2), do: positive_gcd(integer2, rem(integer1, integer2))

  @doc "`{gcd, m, n}` with `a * m + b * n == gcd`."
  @spec extended_gcd(integer, integer) :: {non_neg_integer, integer, integer}
  def extended_gcd(0, 0), do: {0, 0, 0}
  def extended_gcd(0, b), do: {abs(b), 0, sign(b)}
  def extended_gcd(a, 0), do: {abs(a), sign(a), 0}

  def extended_gcd(a, b) when is_integer(a) and is_integer(b) do
    {gcd, m, n} = bezout(abs(a), abs(b), 1, 0, 0, 1)
    {gcd, m * sign(a), n * sign(b)}
  end

  defp bezout(r0, 0, s0, _s1, t0, _t1), do: {r0, s0, t0}

  defp bezout(r0, r1, s0, s1, t0, t1) do
    quotient = div(r0, r1)
    bezout(r1, rem(r0, r1), s1, s0 - quotient * s1, t1, t0 - quotient * t1)
  end

  defp sign(integer) when integer < 0, do: -1
  defp sign(_integer), do: 1

  @doc false
  @deprecated "Use Integer.to_charlist/1 instead"
  def to_char_list(integer), do: Integer.to_charlist(integer)

  @doc false
  @deprecated "Use Integer.to_charlist/2 instead"
  def to_char_list(integer, base), do: Integer.to_charlist(integer, base)
end
