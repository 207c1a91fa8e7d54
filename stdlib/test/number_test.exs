defmodule NumberTest do
  use ExUnit.Case, async: true
  require Integer

  test "integers" do
    assert Integer.parse("12ab") == {12, "ab"}
    assert Integer.parse("x") == :error
    assert Integer.parse("ff", 16) == {255, ""}
    assert Integer.to_string(255, 16) == "FF"
    assert Integer.digits(1234) == [1, 2, 3, 4]
    assert Integer.undigits([1, 2]) == 12
    assert Integer.gcd(12, 18) == 6
    assert Integer.extended_gcd(240, 46) == {2, -9, 47}
    assert Integer.mod(-5, 3) == 1
    assert rem(-5, 3) == -2
    assert Integer.floor_div(-5, 3) == -2
    assert div(-5, 3) == -1
    assert Integer.pow(2, 100) == 1_267_650_600_228_229_401_496_703_205_376
    assert Integer.is_odd(3)
    assert Integer.to_charlist(7) == ~c"7"
    assert_raise ArithmeticError, fn -> div(1, Integer.parse("0") |> elem(0)) end
  end

  test "big integers" do
    big = Enum.product(1..30)
    assert big == 265_252_859_812_191_058_636_308_480_000_000
    assert div(big, Enum.product(1..29)) == 30
    assert -big + big == 0
    assert Bitwise.bsl(1, 70) == 1_180_591_620_717_411_303_424
    assert Bitwise.band(-1, 255) == 255
    assert Bitwise.bxor(5, 3) == 6
    assert rem(big, 7) == 0
  end

  test "floats" do
    assert Float.parse("1.5e3x") == {1500.0, "x"}
    assert Float.round(1.005, 2) == 1.0
    assert Float.round(2.5) == 3.0
    assert Float.ceil(1.21, 1) == 1.3
    assert Float.floor(-1.21, 1) == -1.3
    assert Float.to_string(0.1 + 0.2) == "0.30000000000000004"
    assert Float.ratio(0.75) == {3, 4}
    assert round(1.5) == 2
    assert trunc(-1.9) == -1
    assert ceil(1.1) == 2
    assert floor(-1.1) == -2
    assert 7 / 2 == 3.5
    assert 1 == 1.0
    refute 1 === 1.0
    assert Float.pow(2.0, 3) == 8.0
    assert_raise ArithmeticError, fn -> 1 / Integer.mod(3, 3) end
  end

  test "kernel" do
    assert max(1, 2) == 2
    assert min(1, :a) == 1
    assert abs(-3) == 3
    assert 2 ** 10 == 1024
    assert 2 ** -1 == 0.5
    assert is_number(1.0)
    assert 1 < :a and :a < {} and {} < %{} and %{} < [] and [] < ""
  end
end
