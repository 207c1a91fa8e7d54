defmodule Date.Range do
  @moduledoc "Dates from `first` to `last`; made by `Date.range/2,3`."

  @type t :: %__MODULE__{first: Date.t(), last: Date.t(), first_in_iso_days: integer, last_in_iso_days: integer, step: integer}

  defstruct [:first, :last, :first_in_iso_days, :last_in_iso_days, :step]

  @doc false
  def size(%Date.Range{first_in_iso_days: first, last_in_iso_days: last, step: step}), do: Range.size(first..last//step)
end

defimpl Enumerable, for: Date.Range do
  def member?(%{first: %{calendar: calendar}} = range, %Date{calendar: calendar} = date) do
    days = Calendar.Fields.day_count(date)
    {:ok, days in days(range)}
  end

  def member?(%Date.Range{}, _date), do: {:ok, false}

  def count(range), do: {:ok, Date.Range.size(range)}

  def slice(range) do
    {:ok, Date.Range.size(range), fn start, length, step ->
      first = range.first_in_iso_days + start * range.step
      pick(first, length, range.step * step, range.first.calendar)
    end}
  end

  defp pick(_days, 0, _step, _calendar), do: []
  defp pick(days, left, step, calendar), do: [date(days, calendar) | pick(days + step, left - 1, step, calendar)]

  def reduce(range, acc, fun) do
    calendar = range.first.calendar
    Enumerable.Range.reduce(days(range), acc, fn days, acc -> fun.(date(days, calendar), acc) end)
  end

  defp days(%{first_in_iso_days: first, last_in_iso_days: last, step: step}), do: first..last//step

  defp date(days, calendar), do: {days, {0, 1}} |> Calendar.Fields.day_at(calendar) |> Calendar.Fields.date(calendar)
end

defimpl Inspect, for: Date.Range do
  import Kernel, except: [inspect: 2]

  def inspect(%{first: first, last: last, step: 1}, _) do
    "Date.range(" <> Kernel.inspect(first) <> ", " <> Kernel.inspect(last) <> ")"
  end

  def inspect(%{first: first, last: last, step: step}, _) do
    "Date.range(#{Kernel.inspect(first)}, #{Kernel.inspect(last)}, #{step})"
  end
end
