defmodule Time do
  @moduledoc "Times of day, with up to six digits of a second."

  import Kernel, except: [to_string: 1]
  import Calendar.Fields, only: [is_fine: 1, ok!: 2]
  alias Calendar.Fields

  @enforce_keys [:hour, :minute, :second]
  defstruct [:hour, :minute, :second, microsecond: {0, 0}, calendar: Calendar.ISO]

  @type t :: %__MODULE__{}

  @micros_per_day 86_400_000_000

  ## Making

  @doc "Checks the parts: `{:ok, time}` or `{:error, :invalid_time}`. An integer of microseconds has six digits."
  @spec new(Calendar.hour(), Calendar.minute(), Calendar.second(), Calendar.microsecond() | integer, Calendar.calendar()) ::
          {:ok, t} | {:error, atom}
  def new(hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def new(hour, minute, second, micros, calendar) when is_integer(micros) do
    new(hour, minute, second, {micros, 6}, calendar)
  end

  def new(hour, minute, second, {_, _} = micro, calendar) do
    case calendar.valid_time?(hour, minute, second, micro) do
      true -> {:ok, Fields.time({hour, minute, second, micro}, calendar)}
      false -> {:error, :invalid_time}
    end
  end

  @doc "`new/5` that raises."
  @spec new!(Calendar.hour(), Calendar.minute(), Calendar.second(), Calendar.microsecond() | integer, Calendar.calendar()) :: t
  def new!(hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    ok!(new(hour, minute, second, microsecond, calendar), "cannot build time")
  end

  @doc "The time of day in UTC."
  @spec utc_now(Calendar.calendar()) :: t
  def utc_now(calendar \\ Calendar.ISO), do: DateTime.to_time(DateTime.utc_now(calendar))

  ## Texts and tuples

  @doc "The text that the calendar gives, for ISO `HH:MM:SS` and the fraction."
  @spec to_string(Calendar.time()) :: String.t()
  def to_string(%{calendar: calendar} = time), do: time |> Fields.clock() |> Fields.clock_text(calendar)

  @doc "Reads `HH:MM:SS` with an optional fraction: `{:ok, time}` or `{:error, reason}`."
  @spec from_iso8601(String.t(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_iso8601(string, calendar \\ Calendar.ISO) do
    case Calendar.ISO.parse_time(string) do
      {:ok, clock} -> convert(Fields.time(clock, Calendar.ISO), calendar)
      error -> error
    end
  end

  @doc "`from_iso8601/2` that raises."
  @spec from_iso8601!(String.t(), Calendar.calendar()) :: t
  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    ok!(from_iso8601(string, calendar), "cannot parse #{inspect(string)} as time")
  end

  @doc "`HH:MM:SS` and the fraction, with `:basic` without colons."
  @spec to_iso8601(Calendar.time(), :extended | :basic) :: String.t()
  def to_iso8601(time, format \\ :extended)

  def to_iso8601(%{calendar: _} = time, format) when format in [:basic, :extended] do
    {hour, minute, second, micro} = time |> convert!(Calendar.ISO) |> Fields.clock()
    Calendar.ISO.time_to_string(hour, minute, second, micro, format)
  end

  @doc "`{hour, minute, second}` in ISO's calendar."
  @spec to_erl(Calendar.time()) :: :calendar.time()
  def to_erl(time) do
    {hour, minute, second, _micro} = time |> convert!(Calendar.ISO) |> Fields.clock()
    {hour, minute, second}
  end

  @doc "A time of `{hour, minute, second}` in ISO's calendar, converted to `calendar`."
  @spec from_erl(:calendar.time(), Calendar.microsecond() | integer, Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_erl({_, _, _} = tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    {hour, minute, second} = tuple

    case new(hour, minute, second, microsecond) do
      {:ok, time} -> convert(time, calendar)
      error -> error
    end
  end

  @doc "`from_erl/3` that raises."
  @spec from_erl!(:calendar.time(), Calendar.microsecond() | integer, Calendar.calendar()) :: t
  def from_erl!(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    ok!(from_erl(tuple, microsecond, calendar), "cannot convert #{inspect(tuple)} to time")
  end

  @doc "The time so many seconds past midnight, of that or another day."
  @spec from_seconds_after_midnight(integer, Calendar.microsecond(), Calendar.calendar()) :: t
  def from_seconds_after_midnight(seconds, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) when is_integer(seconds) do
    {hour, minute, second, _} = Calendar.ISO.time_from_day_fraction({Integer.mod(seconds, 86_400), 86_400})
    {hour, minute, second, microsecond} |> Fields.time(Calendar.ISO) |> convert!(calendar)
  end

  @doc "`{seconds, microseconds}` since midnight."
  @spec to_seconds_after_midnight(Calendar.time()) :: {integer, non_neg_integer}
  def to_seconds_after_midnight(%{microsecond: {micros, _digits}} = time) do
    {div(micros_since_midnight(time), 1_000_000), micros}
  end

  ## Two times

  @doc "How two times stand: `:lt`, `:eq` or `:gt`. Digits of the fraction do not count."
  @spec compare(Calendar.time(), Calendar.time()) :: :lt | :eq | :gt
  def compare(%{calendar: _} = one, %{calendar: _} = other), do: Fields.fraction_order(fraction(one), fraction(other))

  @doc "True when the first time is the earlier one."
  @spec before?(Calendar.time(), Calendar.time()) :: boolean
  def before?(one, other), do: compare(one, other) == :lt

  @doc "True when the first time is the later one."
  @spec after?(Calendar.time(), Calendar.time()) :: boolean
  def after?(one, other), do: compare(one, other) == :gt

  @doc "From the second time to the first, in whole units."
  @spec diff(Calendar.time(), Calendar.time(), :hour | :minute | System.time_unit()) :: integer
  def diff(one, other, unit \\ :second)

  def diff(%{calendar: _} = one, %{calendar: _} = other, unit) do
    micros = micros_since_midnight(one) - micros_since_midnight(other)

    case unit do
      :hour -> div(micros, 3_600_000_000)
      :minute -> div(micros, 60_000_000)
      _ when is_fine(unit) -> System.convert_time_unit(micros, :microsecond, unit)
      _ -> Fields.bad_unit(unit, [])
    end
  end

  ## Moving

  @doc "So much later, round the clock."
  @spec add(Calendar.time(), integer, :hour | :minute | System.time_unit()) :: t
  def add(time, amount_to_add, unit \\ :second)

  def add(%{calendar: calendar, microsecond: {_, digits}} = time, amount, unit) when is_integer(amount) do
    {micros, shown} = in_micros(amount, unit)
    turned = Integer.mod(micros_since_midnight(time) + micros, @micros_per_day)
    at_fraction({turned, @micros_per_day}, calendar, Kernel.max(digits, shown))
  end

  defp in_micros(amount, :hour), do: {amount * 3_600_000_000, 0}
  defp in_micros(amount, :minute), do: {amount * 60_000_000, 0}

  defp in_micros(amount, unit) when is_fine(unit) do
    {System.convert_time_unit(amount, unit, :microsecond), Calendar.ISO.time_unit_to_precision(unit)}
  end

  defp in_micros(_amount, unit), do: Fields.bad_unit(unit, [:hour, :minute])

  @doc "Moved by hours, minutes, seconds and microseconds, round the clock."
  @spec shift(Calendar.time(), Duration.t() | keyword) :: t
  def shift(%{calendar: calendar} = time, duration) do
    duration = Fields.duration(duration, [:hour, :minute, :second, :microsecond])
    {hour, minute, second, micro} = Fields.clock(time)
    hour |> calendar.shift_time(minute, second, micro, duration) |> Fields.time(calendar)
  end

  @doc "The same time in another calendar."
  @spec convert(Calendar.time(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def convert(%{calendar: same} = time, same), do: {:ok, time |> Fields.clock() |> Fields.time(same)}
  def convert(%{microsecond: {_, digits}} = time, calendar), do: {:ok, time |> fraction() |> at_fraction(calendar, digits)}

  @doc "`convert/2` that raises."
  @spec convert!(Calendar.time(), Calendar.calendar()) :: t
  def convert!(time, calendar) do
    ok!(convert(time, calendar), "cannot convert #{inspect(time)} to target calendar #{inspect(calendar)}")
  end

  @doc "With no more digits of a second than `precision` has."
  @spec truncate(t, :microsecond | :millisecond | :second) :: t
  def truncate(%Time{} = time, precision), do: %{time | microsecond: Calendar.truncate(time.microsecond, precision)}

  defp fraction(%{calendar: calendar} = time) do
    {hour, minute, second, micro} = Fields.clock(time)
    calendar.time_to_day_fraction(hour, minute, second, micro)
  end

  defp at_fraction(fraction, calendar, digits) do
    {hour, minute, second, {micros, _}} = calendar.time_from_day_fraction(fraction)
    Fields.time({hour, minute, second, {micros, digits}}, calendar)
  end

  defp micros_since_midnight(time) do
    {parts, per_day} = fraction(time)
    div(parts * @micros_per_day, per_day)
  end
end

defimpl String.Chars, for: Time do
  defdelegate to_string(time), to: Time
end

defimpl Inspect, for: Time do
  def inspect(time, _opts) do
    "~T[" <> Time.to_string(time) <> Calendar.Fields.inspected_calendar(time.calendar) <> "]"
  end
end
