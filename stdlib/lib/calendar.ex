defmodule Calendar do
  @moduledoc "What calendars have in common: the behaviour of calendar modules, and formatted text."

  @type year :: integer
  @type month :: pos_integer
  @type day :: pos_integer
  @type week :: pos_integer
  @type day_of_week :: non_neg_integer
  @type era :: non_neg_integer
  @type iso_days :: {days :: integer, day_fraction}
  @type day_fraction :: {parts_in_day :: non_neg_integer, parts_per_day :: pos_integer}
  @type date :: %{optional(any) => any, calendar: calendar, year: year, month: month, day: day}
  @type time :: %{optional(any) => any}
  @type naive_datetime :: %{optional(any) => any}
  @type datetime :: %{optional(any) => any}
  @type time_zone :: String.t()
  @type zone_abbr :: String.t()
  @type utc_offset :: integer
  @type std_offset :: integer
  @type calendar :: module
  @type hour :: non_neg_integer
  @type minute :: non_neg_integer
  @type second :: non_neg_integer
  @type microsecond :: {value :: non_neg_integer, precision :: non_neg_integer}
  @type time_zone_database :: module

  @callback days_in_month(year, month) :: day
  @callback months_in_year(year) :: month
  @callback leap_year?(year) :: boolean
  @callback day_of_week(year, month, day, starting_on :: :default | atom) :: {day_of_week, day_of_week, day_of_week}
  @callback day_of_year(year, month, day) :: non_neg_integer
  @callback quarter_of_year(year, month, day) :: non_neg_integer
  @callback year_of_era(year, month, day) :: {year, era}
  @callback day_of_era(year, month, day) :: {day :: non_neg_integer, era}
  @callback date_to_string(year, month, day) :: String.t()
  @callback naive_datetime_to_string(year, month, day, hour, minute, second, microsecond) :: String.t()
  @callback datetime_to_string(year, month, day, hour, minute, second, microsecond, time_zone, zone_abbr, utc_offset, std_offset) :: String.t()
  @callback time_to_string(hour, minute, second, microsecond) :: String.t()
  @callback naive_datetime_from_iso_days(iso_days) :: tuple
  @callback naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond) :: iso_days
  @callback time_from_day_fraction(day_fraction) :: {hour, minute, second, microsecond}
  @callback time_to_day_fraction(hour, minute, second, microsecond) :: day_fraction
  @callback day_rollover_relative_to_midnight_utc() :: day_fraction
  @callback valid_date?(year, month, day) :: boolean
  @callback valid_time?(hour, minute, second, microsecond) :: boolean
  @callback parse_time(String.t()) :: {:ok, tuple} | {:error, atom}
  @callback parse_date(String.t()) :: {:ok, tuple} | {:error, atom}
  @callback parse_naive_datetime(String.t()) :: {:ok, tuple} | {:error, atom}
  @callback parse_utc_datetime(String.t()) :: {:ok, tuple, utc_offset} | {:error, atom}
  @callback iso_days_to_beginning_of_day(iso_days) :: iso_days
  @callback iso_days_to_end_of_day(iso_days) :: iso_days
  @callback shift_date(year, month, day, Duration.t()) :: {year, month, day}
  @callback shift_naive_datetime(year, month, day, hour, minute, second, microsecond, Duration.t()) :: tuple
  @callback shift_time(hour, minute, second, microsecond, Duration.t()) :: tuple

  @doc "Whether dates of both calendars change at the same moment."
  @spec compatible_calendars?(calendar, calendar) :: boolean
  def compatible_calendars?(calendar, calendar), do: true

  def compatible_calendars?(calendar1, calendar2) do
    calendar1.day_rollover_relative_to_midnight_utc() == calendar2.day_rollover_relative_to_midnight_utc()
  end

  @doc "A microsecond pair cut to the digits of a unit."
  @spec truncate(microsecond, :microsecond | :millisecond | :second) :: microsecond
  def truncate(microsecond_tuple, precision)
  def truncate({value, precision}, :microsecond), do: {value, precision}
  def truncate({value, precision}, :millisecond), do: {div(value, 1000) * 1000, min(precision, 3)}
  def truncate(_microsecond_tuple, :second), do: {0, 0}

  @doc "Sets the time zone database."
  @spec put_time_zone_database(time_zone_database) :: :ok
  def put_time_zone_database(database), do: :persistent_term.put({__MODULE__, :time_zone_database}, database)

  @doc "The time zone database."
  @spec get_time_zone_database() :: time_zone_database
  def get_time_zone_database do
    :persistent_term.get({__MODULE__, :time_zone_database}, Calendar.UTCOnlyTimeZoneDatabase)
  end

  @doc "Formats a date or time with the conversions of C's `strftime`."
  @spec strftime(map, String.t(), keyword) :: String.t()
  def strftime(date_or_time_or_datetime, string_format, user_options \\ [])
      when is_map(date_or_time_or_datetime) and is_binary(string_format) do
    Calendar.Strftime.format(date_or_time_or_datetime, string_format, user_options)
  end
end

defmodule Calendar.TimeZoneDatabase do
  @moduledoc "What a time zone database answers."

  @type time_zone_period :: %{optional(any) => any, utc_offset: integer, std_offset: integer, zone_abbr: String.t()}

  @callback time_zone_period_from_utc_iso_days(Calendar.iso_days(), Calendar.time_zone()) ::
              {:ok, time_zone_period} | {:error, atom}
  @callback time_zone_periods_from_wall_datetime(Calendar.naive_datetime(), Calendar.time_zone()) ::
              {:ok, time_zone_period}
              | {:ambiguous, time_zone_period, time_zone_period}
              | {:gap, tuple, tuple}
              | {:error, atom}
end

defmodule Calendar.UTCOnlyTimeZoneDatabase do
  @moduledoc "The time zone database that knows UTC alone."

  @behaviour Calendar.TimeZoneDatabase

  @impl true
  def time_zone_period_from_utc_iso_days(_iso_days, "Etc/UTC"), do: utc()
  def time_zone_period_from_utc_iso_days(_iso_days, _time_zone), do: {:error, :utc_only_time_zone_database}

  @impl true
  def time_zone_periods_from_wall_datetime(_naive, "Etc/UTC"), do: utc()
  def time_zone_periods_from_wall_datetime(_naive, _time_zone), do: {:error, :utc_only_time_zone_database}

  defp utc, do: {:ok, %{std_offset: 0, utc_offset: 0, zone_abbr: "UTC"}}
end
