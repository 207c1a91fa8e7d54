# A child of a supervisor: what its specification says, how it starts and stops, what reports tell of it.
defmodule :cordial_child do
  @moduledoc false
  require Record

  # Programs see this tuple in the answers of a failed `:supervisor.start_child/2`. `pid` is also
  # :undefined, or {:restarting, pid of the one that died} between two attempts.
  Record.defrecord(:child,
    pid: :undefined,
    id: nil,
    mfargs: nil,
    restart: :permanent,
    significant: false,
    shutdown: 5000,
    type: :worker,
    modules: []
  )

  # --- specifications --------------------------------------------------------------------------

  @doc """
  A list of specifications as children, each id once. `auto` is the supervisor's automatic shutdown, or
  `:any` where that is not known.
  """
  def read_all(specs, auto) when :erlang.is_list(specs) do
    read = fn spec, {seen, children} ->
      case read(spec, auto) do
        {:ok, child(id: id)} when :erlang.is_map_key(id, seen) -> throw({:error, {:duplicate_child_name, id}})
        {:ok, child(id: id) = child} -> {:maps.put(id, true, seen), [child | children]}
        error -> throw(error)
      end
    end

    try do
      {_, children} = :lists.foldl(read, {%{}, []}, specs)
      {:ok, :lists.reverse(children)}
    catch
      {:error, _} = error -> error
    end
  end

  def read_all(specs, _auto), do: {:error, {:invalid_child_specs, specs}}

  @doc """
  One specification as a child, or what is wrong with it.
  """
  def read({id, start, restart, shutdown, type, modules}, auto) do
    read(
      %{id: id, start: start, restart: restart, shutdown: shutdown, type: type, modules: modules},
      auto
    )
  end

  def read(%{id: id, start: start} = spec, auto) do
    restart = :maps.get(:restart, spec, :permanent)
    type = :maps.get(:type, spec, :worker)
    patience = if type == :supervisor, do: :infinity, else: 5000
    shutdown = :maps.get(:shutdown, spec, patience)
    significant = :maps.get(:significant, spec, false)

    case start do
      {mod, fun, args} when :erlang.is_atom(mod) and :erlang.is_atom(fun) and :erlang.is_list(args) ->
        modules = :maps.get(:modules, spec, [mod])

        problem =
          bad_restart(restart) || bad_significance(significant, restart, auto) || bad_shutdown(shutdown) ||
            bad_type(type) || bad_modules(modules)

        if problem do
          {:error, problem}
        else
          {:ok,
           child(
             id: id,
             mfargs: start,
             restart: restart,
             significant: significant,
             shutdown: shutdown,
             type: type,
             modules: modules
           )}
        end

      _ ->
        {:error, {:invalid_mfa, start}}
    end
  end

  def read(spec, _auto) when :erlang.is_map(spec),
    do: {:error, if(:erlang.is_map_key(:id, spec), do: :missing_start, else: :missing_id)}

  def read(spec, _auto), do: {:error, {:invalid_child_spec, spec}}

  defp bad_restart(restart) when restart in [:permanent, :transient, :temporary], do: nil
  defp bad_restart(restart), do: {:invalid_restart_type, restart}

  defp bad_significance(false, _restart, _auto), do: nil
  defp bad_significance(true, _restart, :never), do: {:bad_combination, [auto_shutdown: :never, significant: true]}
  defp bad_significance(true, :permanent, _auto), do: {:bad_combination, [restart: :permanent, significant: true]}
  defp bad_significance(true, _restart, _auto), do: nil
  defp bad_significance(other, _restart, _auto), do: {:invalid_significant, other}

  defp bad_shutdown(shutdown) when shutdown in [:infinity, :brutal_kill], do: nil
  defp bad_shutdown(time) when :erlang.is_integer(time) and time >= 0, do: nil
  defp bad_shutdown(other), do: {:invalid_shutdown, other}

  defp bad_type(type) when type == :worker or type == :supervisor, do: nil
  defp bad_type(type), do: {:invalid_child_type, type}

  defp bad_modules(:dynamic), do: nil

  defp bad_modules(modules) when :erlang.is_list(modules) do
    case :lists.dropwhile(&:erlang.is_atom/1, modules) do
      [] -> nil
      [other | _] -> {:invalid_module, other}
    end
  end

  defp bad_modules(modules), do: {:invalid_modules, modules}

  @doc """
  The child as a specification again.
  """
  def spec(child() = child) do
    %{
      id: child(child, :id),
      start: child(child, :mfargs),
      restart: child(child, :restart),
      significant: child(child, :significant),
      shutdown: child(child, :shutdown),
      type: child(child, :type),
      modules: child(child, :modules)
    }
  end

  # --- life ------------------------------------------------------------------------------------

  @doc """
  Starts what `{mod, fun, args}` says: `{:ok, pid}`, `{:ok, pid, info}`, `:ignore` or `{:error, reason}`.

  `crash` makes the reason of an exception out of its class, reason and stack trace.
  """
  def start({mod, fun, args}, crash) do
    try do
      :erlang.apply(mod, fun, args)
    catch
      class, reason -> {:error, crash.(class, reason, __STACKTRACE__)}
    else
      {:ok, pid} = started when :erlang.is_pid(pid) -> started
      {:ok, pid, _info} = started when :erlang.is_pid(pid) -> started
      :ignore -> :ignore
      {:error, _} = error -> error
      other -> {:error, other}
    end
  end

  @doc """
  Whether a child that ended for this reason is to be started again.
  """
  def again?(:permanent, _reason), do: true
  def again?(:temporary, _reason), do: false

  def again?(:transient, reason) do
    case reason do
      :normal -> false
      :shutdown -> false
      {:shutdown, _} -> false
      _ -> true
    end
  end

  @doc """
  Notes one more restart: the times that still count, or `:too_many` for that many in a period of seconds.

  There are none to begin with: `[]`. Then they are a queue, `{how many, the newest first, the oldest first}`, so that
  noting one costs the same however many there are.
  """
  def count_restart([], most, period), do: count_restart({0, [], []}, most, period)

  def count_restart({count, newest, oldest}, most, period) do
    now = :erlang.monotonic_time(:millisecond)
    {count, newest, oldest} = forget(count, newest, oldest, now - period * 1000)
    if count + 1 > most, do: :too_many, else: {:ok, {count + 1, [now | newest], oldest}}
  end

  defp forget(count, newest, [time | oldest], limit) when time < limit, do: forget(count - 1, newest, oldest, limit)
  defp forget(count, [_ | _] = newest, [], limit), do: forget(count, [], :lists.reverse(newest), limit)
  defp forget(count, newest, oldest, _limit), do: {count, newest, oldest}

  @doc """
  Stops processes, given as `{pid, shutdown}`. All are told at once, and each has its own time.

  Hands back `{pid, reason}` for each, where an end that was asked for is `:shutdown`.
  """
  def stop(processes) do
    waiting =
      for {pid, shutdown} <- processes, into: %{} do
        mref = :erlang.monitor(:process, pid)
        :erlang.unlink(pid)
        early = flush_exit(pid)

        case shutdown do
          :brutal_kill -> :erlang.exit(pid, :kill)
          _ -> :erlang.exit(pid, :shutdown)
        end

        timer = if :erlang.is_integer(shutdown), do: :erlang.start_timer(shutdown, :erlang.self(), {:kill, pid})
        {mref, {pid, shutdown, timer, early}}
      end

    stopped(waiting, [])
  end

  # One that was dead already has left its reason behind.
  defp flush_exit(pid) do
    receive do
      {:EXIT, ^pid, reason} -> {:ended, reason}
    after
      0 -> :alive
    end
  end

  defp stopped(waiting, ends) when waiting == %{}, do: ends

  defp stopped(waiting, ends) do
    receive do
      {:DOWN, mref, :process, _, reason} when :erlang.is_map_key(mref, waiting) ->
        {pid, shutdown, timer, early} = :erlang.map_get(mref, waiting)
        if timer, do: :erlang.cancel_timer(timer)
        stopped(:maps.remove(mref, waiting), [{pid, ending(reason, shutdown, early)} | ends])

      {:timeout, _timer, {:kill, pid}} ->
        :erlang.exit(pid, :kill)
        stopped(waiting, ends)
    end
  end

  defp ending(_reason, _shutdown, {:ended, reason}), do: reason
  defp ending(:killed, :brutal_kill, :alive), do: :shutdown
  defp ending(reason, _shutdown, :alive), do: reason

  # --- reports ---------------------------------------------------------------------------------

  @doc """
  Logs what happened to a child, or to the supervisor itself; `what` is `:child_terminated`, `:start_error`,
  `:shutdown_error` or `:shutdown`.
  """
  def report(what, reason, offender, supervisor) do
    if :logger.takes_sasl?() do
      :logger.log(
        :error,
        %{
          label: {:supervisor, what},
          report: [supervisor: supervisor, errorContext: what, reason: reason, offender: offender]
        },
        %{
          domain: [:otp, :sasl],
          report_cb: &:logger.format_otp_report/1,
          logger_formatter: %{title: ~c"SUPERVISOR REPORT"},
          error_logger: %{tag: :error_report, type: :supervisor_report}
        }
      )
    end

    :ok
  end

  @doc """
  Logs that a child has started.
  """
  def report_progress(child, supervisor) do
    if :logger.takes_sasl?() do
      :logger.log(
        :info,
        %{label: {:supervisor, :progress}, report: [supervisor: supervisor, started: offender(child)]},
        %{
          domain: [:otp, :sasl],
          report_cb: &:logger.format_otp_report/1,
          logger_formatter: %{title: ~c"PROGRESS REPORT"},
          error_logger: %{tag: :info_report, type: :progress}
        }
      )
    end

    :ok
  end

  @doc """
  The child as reports list it.
  """
  def offender(child(pid: pid) = child) do
    [
      pid: pid,
      id: child(child, :id),
      mfargs: child(child, :mfargs),
      restart_type: child(child, :restart),
      significant: child(child, :significant),
      shutdown: child(child, :shutdown),
      child_type: child(child, :type)
    ]
  end
end
