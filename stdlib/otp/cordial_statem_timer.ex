# The time-outs of a state machine: kind => {timer, content}.
#
# There is at most one of each kind: `:timeout` waits for any event, `:state_timeout` belongs to a state,
# `{:timeout, name}` lasts until it rings or is changed. Those of no time at all stand, the oldest first,
# under `:due` and have no timer.
defmodule :cordial_statem_timer do
  @moduledoc false

  @doc """
  An action as `{kind, :cancel}`, `{kind, :update, content}` or `{kind, time, content, options}`;
  `:no_timer` if it is not about time-outs.
  """
  def read(:infinity), do: {:timeout, :cancel}
  def read(time) when :erlang.is_integer(time), do: read({:timeout, time, time})

  def read(action) when :erlang.is_tuple(action) and :erlang.tuple_size(action) > 1 do
    if kind?(:erlang.element(1, action)) do
      case action do
        {kind, :cancel} -> {kind, :cancel}
        {kind, :update, content} -> {kind, :update, content}
        {kind, time, content} -> checked(kind, time, content, [])
        {kind, time, content, options} when :erlang.is_list(options) -> checked(kind, time, content, options)
        {kind, time, content, option} -> checked(kind, time, content, [option])
        _ -> :no_timer
      end
    else
      :no_timer
    end
  end

  def read(_action), do: :no_timer

  defp kind?({:timeout, _name}), do: true
  defp kind?(kind), do: kind == :timeout or kind == :state_timeout

  defp checked(kind, :infinity, _content, _options), do: {kind, :cancel}

  defp checked(kind, time, content, options) do
    if :erlang.is_integer(time) and (time >= 0 or absolute?(options)),
      do: {kind, time, content, options},
      else: :no_timer
  end

  defp absolute?(options), do: :lists.member({:abs, true}, options)

  @doc """
  Carries out what `read/1` made of an action.
  """
  def set({kind, :cancel}, timers), do: cancel(kind, timers)

  def set({kind, :update, content}, timers) do
    case timers do
      %{^kind => {timer, _}} -> :maps.put(kind, {timer, content}, timers)
      # One that does not run cannot be changed, but it can be due.
      _ -> set({kind, 0, content, []}, timers)
    end
  end

  def set({kind, time, content, options}, timers) do
    timers = cancel(kind, timers)

    case time == 0 and not absolute?(options) do
      true -> :maps.put(:due, :maps.get(:due, timers, []) ++ [{kind, content}], timers)
      false -> :maps.put(kind, {:erlang.start_timer(time, :erlang.self(), kind, options), content}, timers)
    end
  end

  @doc """
  Ends a time-out, also one whose message is already in the mailbox.
  """
  def cancel(kind, timers) do
    case timers do
      %{^kind => {timer, _}} ->
        if :erlang.cancel_timer(timer) == false do
          receive do
            {:timeout, ^timer, ^kind} -> :ok
          after
            0 -> :ok
          end
        end

        :maps.remove(kind, timers)

      %{due: due} ->
        with_due(:lists.keydelete(kind, 1, due), timers)

      _ ->
        timers
    end
  end

  defp with_due([], timers), do: :maps.remove(:due, timers)
  defp with_due(due, timers), do: :maps.put(:due, due, timers)

  @doc """
  The next event that is due, and the other time-outs; or `:none`.
  """
  def due(%{due: [event | due]} = timers), do: {event, with_due(due, timers)}
  def due(_timers), do: :none

  @doc """
  The content of the time-out that a message tells of, and the other time-outs; or `:stranger`.
  """
  def rung(timer, kind, timers) do
    case timers do
      %{^kind => {^timer, content}} -> {content, :maps.remove(kind, timers)}
      _ -> :stranger
    end
  end

  @doc """
  How many there are, and which, for reports.
  """
  def list(timers) do
    running = for {kind, {_, content}} <- :maps.to_list(timers), do: {kind, content}
    all = :maps.get(:due, timers, []) ++ running
    {:erlang.length(all), all}
  end
end
