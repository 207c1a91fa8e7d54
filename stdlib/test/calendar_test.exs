defmodule CalendarTest do
  use ExUnit.Case, async: true

  test "dates" do
    assert Date.new(2024, 2, 29) == {:ok, ~D[2024-02-29]}
    assert Date.new(2023, 2, 29) == {:error, :invalid_date}
    assert Date.add(~D[2024-02-28], 2) == ~D[2024-03-01]
    assert Date.diff(~D[2024-03-01], ~D[2024-02-01]) == 29
    assert Date.shift(~D[2024-01-31], month: 1) == ~D[2024-02-29]
    assert Date.day_of_week(~D[2024-05-01]) == 3
    assert Date.day_of_year(~D[2024-12-31]) == 366
    assert Date.leap_year?(~D[2024-01-01])
    assert Date.from_iso8601("2024-13-01") == {:error, :invalid_date}
    assert Date.from_iso8601!("2024-05-06") == ~D[2024-05-06]
    assert Date.to_iso8601(~D[2024-05-06]) == "2024-05-06"
    assert Date.compare(~D[2024-01-01], ~D[2023-01-01]) == :gt
    assert Date.beginning_of_month(~D[2024-05-06]) == ~D[2024-05-01]
    assert Date.end_of_month(~D[2024-02-06]) == ~D[2024-02-29]
    assert Date.range(~D[2024-01-01], ~D[2024-01-03]) |> Enum.count() == 3
    assert ~D[2024-01-02] in Date.range(~D[2024-01-01], ~D[2024-01-03])
  end

  test "times" do
    assert Time.new!(1, 2, 3) == ~T[01:02:03]
    assert Time.add(~T[23:59:59], 2) == ~T[00:00:01]
    assert Time.diff(~T[01:00:00], ~T[00:00:30]) == 3570
    assert Time.truncate(~T[01:02:03.456789], :millisecond) == ~T[01:02:03.456]
    assert Time.to_string(~T[01:02:03]) == "01:02:03"
    assert Time.from_iso8601("25:00:00") == {:error, :invalid_time}
  end

  test "moments" do
    assert NaiveDateTime.add(~N[2024-01-01 00:00:00], 3600) == ~N[2024-01-01 01:00:00]
    assert NaiveDateTime.diff(~N[2024-01-02 00:00:00], ~N[2024-01-01 00:00:00]) == 86_400
    assert NaiveDateTime.to_date(~N[2024-01-02 03:04:05]) == ~D[2024-01-02]
    assert DateTime.from_unix!(0) == ~U[1970-01-01 00:00:00Z]
    assert DateTime.to_unix(~U[2024-01-01 00:00:00Z]) == 1_704_067_200
    assert DateTime.from_naive!(~N[2024-01-01 00:00:00], "Etc/UTC") == ~U[2024-01-01 00:00:00Z]
    assert DateTime.from_iso8601("2024-01-01T02:00:00+02:00") == {:ok, ~U[2024-01-01 00:00:00Z], 7200}
    assert DateTime.compare(~U[2024-01-01 00:00:00Z], ~U[2024-01-01 00:00:01Z]) == :lt
    assert DateTime.shift(~U[2024-01-31 00:00:00Z], month: 1, hour: 2) == ~U[2024-02-29 02:00:00Z]
    assert inspect(~U[2024-01-01 00:00:00.5Z]) == "~U[2024-01-01 00:00:00.5Z]"
  end

  test "formats" do
    assert Calendar.strftime(~U[2024-05-06 07:08:09Z], "%Y-%m-%d %H:%M:%S %a %B %j %p") == "2024-05-06 07:08:09 Mon May 127 AM"
    assert Calendar.strftime(~D[2024-05-06], "%d/%m/%y") == "06/05/24"
  end

  test "durations" do
    assert Duration.new!(hour: 1, minute: 30) |> Duration.to_iso8601() == "PT1H30M"
    assert Duration.from_iso8601!("P1Y2M") == Duration.new!(year: 1, month: 2)
    assert Duration.add(Duration.new!(day: 1), Duration.new!(day: 2)) == Duration.new!(day: 3)
    assert Duration.negate(Duration.new!(day: 1)) == Duration.new!(day: -1)
  end
end
