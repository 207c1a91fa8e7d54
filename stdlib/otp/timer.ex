# Timers: waiting, sending later, measuring.
defmodule :timer do
  @moduledoc false

  def sleep(time) do
    receive do
    after
      time -> :ok
    end
  end

  def seconds(n), do: 1000 * n
  def minutes(n), do: 60_000 * n
  def hours(n), do: 3_600_000 * n
  def hms(h, m, s), do: hours(h) + minutes(m) + seconds(s)
  def now_diff({m1, s1, u1}, {m0, s0, u0}), do: ((m1 - m0) * 1_000_000 + (s1 - s0)) * 1_000_000 + (u1 - u0)

  def tc(fun) when :erlang.is_function(fun, 0), do: measure(fun, :microsecond)
  def tc(fun, unit) when :erlang.is_atom(unit) and :erlang.is_function(fun, 0), do: measure(fun, unit)

  def tc(fun, args) when :erlang.is_function(fun) and :erlang.is_list(args),
    do: measure(fn -> :erlang.apply(fun, args) end, :microsecond)

  def tc(fun, args, unit) when :erlang.is_function(fun) and :erlang.is_atom(unit),
    do: measure(fn -> :erlang.apply(fun, args) end, unit)

  def tc(mod, fun, args), do: measure(fn -> :erlang.apply(mod, fun, args) end, :microsecond)
  def tc(mod, fun, args, unit), do: measure(fn -> :erlang.apply(mod, fun, args) end, unit)

  defp measure(fun, unit) do
    start = :erlang.monotonic_time()
    value = fun.()
    stop = :erlang.monotonic_time()
    {:erlang.convert_time_unit(stop - start, :native, unit), value}
  end

  def start, do: :ok

  # --- one shot --------------------------------------------------------------------------------

  def send_after(time, message), do: send_after(time, :erlang.self(), message)

  def send_after(time, dest, message) when :erlang.is_integer(time) and time >= 0 do
    {:ok, {:send_local, :erlang.send_after(time, dest, message)}}
  end

  def send_after(_, _, _), do: {:error, :badarg}

  def apply_after(time, fun) when :erlang.is_function(fun, 0),
    do: apply_after(time, :erlang, :apply, [fun, []])

  def apply_after(time, fun, args) when :erlang.is_function(fun),
    do: apply_after(time, :erlang, :apply, [fun, args])

  def apply_after(time, mod, fun, args) when :erlang.is_integer(time) and time >= 0 do
    start(fn ->
      receive do
        :cancel -> :ok
      after
        time -> :erlang.spawn(mod, fun, args)
      end
    end)
  end

  def apply_after(_, _, _, _), do: {:error, :badarg}

  def exit_after(time, reason), do: exit_after(time, :erlang.self(), reason)
  def exit_after(time, pid, reason), do: apply_after(time, :erlang, :exit, [pid, reason])
  def kill_after(time), do: kill_after(time, :erlang.self())
  def kill_after(time, pid), do: exit_after(time, pid, :kill)

  # --- again and again -------------------------------------------------------------------------

  def send_interval(time, message), do: send_interval(time, :erlang.self(), message)

  def send_interval(time, dest, message) when :erlang.is_integer(time) and time > 0 do
    pid =
      case dest do
        name when :erlang.is_atom(name) -> :erlang.whereis(name)
        pid -> pid
      end

    start(fn ->
      ref = if :erlang.is_pid(pid), do: :erlang.monitor(:process, pid), else: :none
      next = :erlang.monotonic_time(:millisecond) + time
      interval(next, time, ref, fn -> :erlang.send(dest, message) end)
    end)
  end

  def send_interval(_, _, _), do: {:error, :badarg}

  def apply_interval(time, fun) when :erlang.is_function(fun, 0),
    do: apply_interval(time, :erlang, :apply, [fun, []])

  def apply_interval(time, fun, args), do: apply_interval(time, :erlang, :apply, [fun, args])

  def apply_interval(time, mod, fun, args) when :erlang.is_integer(time) and time > 0 do
    owner = :erlang.self()

    start(fn ->
      ref = :erlang.monitor(:process, owner)
      next = :erlang.monotonic_time(:millisecond) + time
      interval(next, time, ref, fn -> :erlang.spawn(mod, fun, args) end)
    end)
  end

  def apply_interval(_, _, _, _), do: {:error, :badarg}

  # Unlike an interval, a repetition waits for the end of the one before.
  def apply_repeatedly(time, fun) when :erlang.is_function(fun, 0),
    do: apply_repeatedly(time, :erlang, :apply, [fun, []])

  def apply_repeatedly(time, fun, args), do: apply_repeatedly(time, :erlang, :apply, [fun, args])

  def apply_repeatedly(time, mod, fun, args) when :erlang.is_integer(time) and time > 0 do
    owner = :erlang.self()

    start(fn ->
      ref = :erlang.monitor(:process, owner)
      next = :erlang.monotonic_time(:millisecond) + time
      interval(next, time, ref, fn -> once(mod, fun, args) end)
    end)
  end

  def apply_repeatedly(_, _, _, _), do: {:error, :badarg}

  defp once(mod, fun, args) do
    {_, mref} = :erlang.spawn_monitor(mod, fun, args)

    receive do
      {:DOWN, ^mref, _, _, _} -> :ok
    end
  end

  defp interval(next, time, ref, fun) do
    wait = :erlang.max(0, next - :erlang.monotonic_time(:millisecond))

    receive do
      :cancel -> :ok
      {:DOWN, ^ref, _, _, _} -> :ok
    after
      wait ->
        fun.()
        interval(next + time, time, ref, fun)
    end
  end

  defp start(fun) do
    pid = :erlang.spawn(fun)
    {:ok, {:interval, pid}}
  end

  def cancel({:send_local, ref}) do
    :erlang.cancel_timer(ref)
    {:ok, :cancel}
  end

  def cancel({:interval, pid}) do
    :erlang.send(pid, :cancel)
    {:ok, :cancel}
  end

  def cancel(_), do: {:error, :badarg}
end
