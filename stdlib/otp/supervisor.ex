# The supervisor: children in start order, restart strategies, restart intensity, automatic shutdown.
defmodule :supervisor do
  @moduledoc false
  @behaviour :gen_server

  @callback init(term) :: term

  # A child is {:child, pid, id, mfa, restart, significant, shutdown, type, modules}; the state keeps
  # them in start order. simple_one_for_one keeps its one template and a map of pids beside it.

  def start_link(mod, args), do: :gen_server.start_link(:supervisor, {:self, mod, args}, [])

  def start_link(name, mod, args),
    do: :gen_server.start_link(name, :supervisor, {name, mod, args}, [])

  def start_child(sup, spec), do: call(sup, {:start_child, spec})
  def restart_child(sup, id), do: call(sup, {:restart_child, id})
  def delete_child(sup, id), do: call(sup, {:delete_child, id})
  def terminate_child(sup, id), do: call(sup, {:terminate_child, id})
  def which_children(sup), do: call(sup, :which_children)
  def count_children(sup), do: call(sup, :count_children)
  def get_childspec(sup, id), do: call(sup, {:get_childspec, id})
  defp call(sup, request), do: :gen_server.call(sup, request, :infinity)

  def check_childspecs(specs), do: check_childspecs(specs, :never)

  def check_childspecs(specs, auto) do
    case check_specs(specs, auto) do
      {:ok, _} -> :ok
      {:error, _} = error -> error
    end
  end

  # --- start -----------------------------------------------------------------------------------

  def init({name, mod, args}) do
    :erlang.process_flag(:trap_exit, true)
    sup_name = if name == :self, do: {:erlang.self(), mod}, else: name

    case mod.init(args) do
      {:ok, {flags, specs}} ->
        case init_state(sup_name, flags, mod, args) do
          {:ok, state} -> init_children(specs, state)
          {:error, reason} -> {:stop, {:supervisor_data, reason}}
        end

      :ignore ->
        :ignore

      other ->
        {:stop, {:bad_return, {mod, :init, other}}}
    end
  end

  defp init_state(name, flags, mod, args) do
    case read_flags(flags) do
      {:ok, {strategy, intensity, period, auto}} ->
        {:ok,
         %{
           name: name,
           strategy: strategy,
           intensity: intensity,
           period: period,
           auto_shutdown: auto,
           children: [],
           dynamics: %{},
           restarts: [],
           module: mod,
           args: args
         }}

      error ->
        error
    end
  end

  defp read_flags(flags) when :erlang.is_map(flags) do
    check_flags(
      :maps.get(:strategy, flags, :one_for_one),
      :maps.get(:intensity, flags, 1),
      :maps.get(:period, flags, 5),
      :maps.get(:auto_shutdown, flags, :never)
    )
  end

  defp read_flags({strategy, intensity, period}),
    do: check_flags(strategy, intensity, period, :never)

  defp read_flags(other), do: {:error, {:invalid_type, other}}

  defp check_flags(strategy, intensity, period, auto) do
    cond do
      not :lists.member(strategy, [:one_for_one, :one_for_all, :rest_for_one, :simple_one_for_one]) ->
        {:error, {:invalid_strategy, strategy}}

      not (:erlang.is_integer(intensity) and intensity >= 0) ->
        {:error, {:invalid_intensity, intensity}}

      not (:erlang.is_integer(period) and period > 0) ->
        {:error, {:invalid_period, period}}

      not :lists.member(auto, [:never, :any_significant, :all_significant]) ->
        {:error, {:invalid_auto_shutdown, auto}}

      strategy == :simple_one_for_one and auto != :never ->
        {:error, {:bad_combination, [auto_shutdown: auto, strategy: strategy]}}

      true ->
        {:ok, {strategy, intensity, period, auto}}
    end
  end

  defp init_children(specs, %{strategy: :simple_one_for_one} = state) do
    case check_specs(specs, state.auto_shutdown) do
      {:ok, [child]} -> {:ok, %{state | children: [child]}}
      {:ok, _} -> {:stop, {:bad_start_spec, specs}}
      {:error, reason} -> {:stop, {:start_spec, reason}}
    end
  end

  defp init_children(specs, state) do
    case check_specs(specs, state.auto_shutdown) do
      {:ok, children} ->
        case start_children(children, []) do
          {:ok, started} ->
            {:ok, %{state | children: started}}

          {:error, started, id, reason} ->
            terminate_children(started)
            {:stop, {:shutdown, {:failed_to_start_child, id, reason}}}
        end

      {:error, reason} ->
        {:stop, {:start_spec, reason}}
    end
  end

  # `started` is kept with the newest first.
  defp start_children([], started), do: {:ok, :lists.reverse(started)}

  defp start_children([child | rest], started) do
    case do_start(child, []) do
      {:ok, :undefined} when :erlang.element(5, child) == :temporary ->
        start_children(rest, started)

      {:ok, pid} ->
        start_children(rest, [put_pid(child, pid) | started])

      {:ok, pid, _extra} ->
        start_children(rest, [put_pid(child, pid) | started])

      {:error, reason} ->
        {:error, :lists.reverse(started), id(child), reason}
    end
  end

  defp do_start({:child, _, _, {m, f, args}, _, _, _, _, _}, extra) do
    try do
      :erlang.apply(m, f, args ++ extra)
    catch
      :error, reason -> {:error, {:EXIT, {reason, __STACKTRACE__}}}
      :exit, reason -> {:error, {:EXIT, reason}}
      :throw, value -> started(value)
    else
      value -> started(value)
    end
  end

  defp started({:ok, pid}) when :erlang.is_pid(pid), do: {:ok, pid}
  defp started({:ok, pid, extra}) when :erlang.is_pid(pid), do: {:ok, pid, extra}
  defp started(:ignore), do: {:ok, :undefined}
  defp started({:error, _} = error), do: error
  defp started(other), do: {:error, other}

  defp id(child), do: :erlang.element(3, child)
  defp pid(child), do: :erlang.element(2, child)
  defp put_pid(child, pid), do: :erlang.setelement(2, child, pid)

  # --- child specifications --------------------------------------------------------------------

  defp check_specs(specs, auto) when :erlang.is_list(specs), do: check_specs(specs, auto, [])
  defp check_specs(specs, _auto), do: {:error, {:invalid_child_specs, specs}}

  defp check_specs([], _auto, acc), do: {:ok, :lists.reverse(acc)}

  defp check_specs([spec | rest], auto, acc) do
    case check_spec(spec, auto) do
      {:ok, child} ->
        case find(id(child), acc) do
          false -> check_specs(rest, auto, [child | acc])
          _ -> {:error, {:duplicate_child_name, id(child)}}
        end

      error ->
        error
    end
  end

  defp check_spec({id, mfa, restart, shutdown, type, modules}, auto) do
    check_child(
      %{id: id, start: mfa, restart: restart, shutdown: shutdown, type: type, modules: modules},
      auto
    )
  end

  defp check_spec(spec, auto) when :erlang.is_map(spec), do: check_child(spec, auto)
  defp check_spec(spec, _auto), do: {:error, {:invalid_child_spec, spec}}

  defp check_child(spec, auto) do
    restart = :maps.get(:restart, spec, :permanent)
    type = :maps.get(:type, spec, :worker)
    significant = :maps.get(:significant, spec, false)
    default_shutdown = if type == :supervisor, do: :infinity, else: 5000
    shutdown = :maps.get(:shutdown, spec, default_shutdown)
    start = :maps.get(:start, spec, :missing)

    cond do
      not :erlang.is_map_key(:id, spec) ->
        {:error, :missing_id}

      start == :missing ->
        {:error, :missing_start}

      not mfa?(start) ->
        {:error, {:invalid_mfa, start}}

      not :lists.member(restart, [:permanent, :transient, :temporary]) ->
        {:error, {:invalid_restart_type, restart}}

      not :lists.member(significant, [true, false]) ->
        {:error, {:invalid_significant, significant}}

      significant and auto == :never ->
        {:error, {:bad_combination, [auto_shutdown: :never, significant: true]}}

      significant and restart == :permanent ->
        {:error, {:bad_combination, [restart: :permanent, significant: true]}}

      not :lists.member(type, [:worker, :supervisor]) ->
        {:error, {:invalid_child_type, type}}

      not shutdown?(shutdown) ->
        {:error, {:invalid_shutdown, shutdown}}

      true ->
        {m, _, _} = start
        modules = :maps.get(:modules, spec, [m])

        case modules == :dynamic or
               (:erlang.is_list(modules) and :lists.all(&:erlang.is_atom/1, modules)) do
          true ->
            id = :maps.get(:id, spec)
            {:ok, {:child, :undefined, id, start, restart, significant, shutdown, type, modules}}

          false ->
            {:error, {:invalid_modules, modules}}
        end
    end
  end

  defp mfa?({m, f, a}), do: :erlang.is_atom(m) and :erlang.is_atom(f) and :erlang.is_list(a)
  defp mfa?(_), do: false

  defp shutdown?(:infinity), do: true
  defp shutdown?(:brutal_kill), do: true
  defp shutdown?(n), do: :erlang.is_integer(n) and n >= 0

  defp find(id, children), do: :lists.keyfind(id, 3, children)

  defp find_id_or_pid(what, children) do
    case find(what, children) do
      false when :erlang.is_pid(what) -> :lists.keyfind(what, 2, children)
      other -> other
    end
  end

  # --- requests --------------------------------------------------------------------------------

  def handle_call({:start_child, extra}, _from, %{strategy: :simple_one_for_one} = state) do
    [template] = state.children

    case do_start(template, extra) do
      {:ok, :undefined} ->
        {:reply, {:ok, :undefined}, state}

      {:ok, pid} ->
        {:reply, {:ok, pid}, add_dynamic(pid, extra, state)}

      {:ok, pid, info} ->
        {:reply, {:ok, pid, info}, add_dynamic(pid, extra, state)}

      error ->
        {:reply, error, state}
    end
  end

  def handle_call({:start_child, spec}, _from, state) do
    case check_spec(spec, state.auto_shutdown) do
      {:ok, child} -> start_new(child, state)
      error -> {:reply, error, state}
    end
  end

  def handle_call({:terminate_child, pid}, _from, %{strategy: :simple_one_for_one} = state) do
    case state.dynamics do
      %{^pid => _} ->
        [template] = state.children
        shutdown_child(put_pid(template, pid))
        {:reply, :ok, %{state | dynamics: :maps.remove(pid, state.dynamics)}}

      _ when :erlang.is_pid(pid) ->
        {:reply, {:error, :not_found}, state}

      _ ->
        {:reply, {:error, :simple_one_for_one}, state}
    end
  end

  def handle_call({:terminate_child, id}, _from, state) do
    case find(id, state.children) do
      false ->
        {:reply, {:error, :not_found}, state}

      child ->
        shutdown_child(child)

        case child do
          {:child, _, _, _, :temporary, _, _, _, _} -> {:reply, :ok, remove(child, state)}
          _ -> {:reply, :ok, replace(put_pid(child, :undefined), state)}
        end
    end
  end

  def handle_call({request, _}, _from, %{strategy: :simple_one_for_one} = state)
      when request == :restart_child or request == :delete_child do
    {:reply, {:error, :simple_one_for_one}, state}
  end

  def handle_call({:restart_child, id}, _from, state) do
    case find(id, state.children) do
      {:child, :undefined, _, _, _, _, _, _, _} = child ->
        case do_start(child, []) do
          {:ok, pid} -> {:reply, {:ok, pid}, replace(put_pid(child, pid), state)}
          {:ok, pid, info} -> {:reply, {:ok, pid, info}, replace(put_pid(child, pid), state)}
          error -> {:reply, error, state}
        end

      {:child, {:restarting, _}, _, _, _, _, _, _, _} ->
        {:reply, {:error, :restarting}, state}

      {:child, _, _, _, _, _, _, _, _} ->
        {:reply, {:error, :running}, state}

      false ->
        {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call({:delete_child, id}, _from, state) do
    case find(id, state.children) do
      {:child, :undefined, _, _, _, _, _, _, _} = child -> {:reply, :ok, remove(child, state)}
      {:child, {:restarting, _}, _, _, _, _, _, _, _} -> {:reply, {:error, :restarting}, state}
      {:child, _, _, _, _, _, _, _, _} -> {:reply, {:error, :running}, state}
      false -> {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call({:get_childspec, id}, _from, state) do
    case find_id_or_pid(id, state.children) do
      {:child, _, id, start, restart, significant, shutdown, type, modules} ->
        spec = %{
          id: id,
          start: start,
          restart: restart,
          significant: significant,
          shutdown: shutdown,
          type: type,
          modules: modules
        }

        {:reply, {:ok, spec}, state}

      false ->
        {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call(:which_children, _from, %{strategy: :simple_one_for_one} = state) do
    [{:child, _, _, _, _, _, _, type, modules}] = state.children
    reply = for {pid, _} <- :maps.to_list(state.dynamics), do: {:undefined, shown(pid), type, modules}
    {:reply, reply, state}
  end

  # The newest child comes first, as it does in OTP.
  def handle_call(:which_children, _from, state) do
    reply =
      for {:child, pid, id, _, _, _, _, type, modules} <- :lists.reverse(state.children),
          do: {id, shown(pid), type, modules}

    {:reply, reply, state}
  end

  def handle_call(:count_children, _from, %{strategy: :simple_one_for_one} = state) do
    [{:child, _, _, _, _, _, _, type, _}] = state.children
    pids = :maps.keys(state.dynamics)
    active = :erlang.length(for p <- pids, :erlang.is_pid(p), :erlang.is_process_alive(p), do: p)
    count = :erlang.length(pids)

    {sups, workers} = if type == :supervisor, do: {count, 0}, else: {0, count}
    {:reply, [specs: 1, active: active, supervisors: sups, workers: workers], state}
  end

  def handle_call(:count_children, _from, state) do
    children = state.children
    active = :erlang.length(for c <- children, :erlang.is_pid(pid(c)), :erlang.is_process_alive(pid(c)), do: c)
    sups = :erlang.length(for c <- children, :erlang.element(8, c) == :supervisor, do: c)
    specs = :erlang.length(children)
    {:reply, [specs: specs, active: active, supervisors: sups, workers: specs - sups], state}
  end

  defp shown({:restarting, _}), do: :restarting
  defp shown(pid), do: pid

  defp start_new(child, state) do
    case find(id(child), state.children) do
      false ->
        case do_start(child, []) do
          {:ok, :undefined} when :erlang.element(5, child) == :temporary ->
            {:reply, {:ok, :undefined}, state}

          {:ok, pid} ->
            {:reply, {:ok, pid}, append(put_pid(child, pid), state)}

          {:ok, pid, info} ->
            {:reply, {:ok, pid, info}, append(put_pid(child, pid), state)}

          {:error, reason} ->
            {:reply, {:error, start_failure(reason, child)}, state}
        end

      {:child, pid, _, _, _, _, _, _, _} when :erlang.is_pid(pid) ->
        {:reply, {:error, {:already_started, pid}}, state}

      _ ->
        {:reply, {:error, :already_present}, state}
    end
  end

  defp start_failure({:already_started, _} = reason, _child), do: reason
  defp start_failure(reason, child), do: {reason, child}

  defp append(child, state), do: %{state | children: state.children ++ [child]}

  defp replace(child, state),
    do: %{state | children: :lists.keyreplace(id(child), 3, state.children, child)}

  defp remove(child, state),
    do: %{state | children: :lists.keydelete(id(child), 3, state.children)}

  defp add_dynamic(pid, extra, state),
    do: %{state | dynamics: :maps.put(pid, extra, state.dynamics)}

  def handle_cast({:try_again_restart, id}, %{strategy: :simple_one_for_one} = state) do
    case state.dynamics do
      %{^id => extra} -> finish(restart_dynamic(id, extra, state))
      _ -> {:noreply, state}
    end
  end

  def handle_cast({:try_again_restart, id}, state) do
    case find(id, state.children) do
      {:child, {:restarting, _}, _, _, _, _, _, _, _} = child -> finish(restart(child, state))
      _ -> {:noreply, state}
    end
  end

  def handle_cast(_, state), do: {:noreply, state}

  def handle_info({:EXIT, pid, reason}, %{strategy: :simple_one_for_one} = state) do
    case state.dynamics do
      %{^pid => extra} ->
        [{:child, _, _, _, restart, _, _, _, _}] = state.children

        case restart?(restart, reason) do
          true -> finish(restart_dynamic(pid, extra, state))
          false -> {:noreply, %{state | dynamics: :maps.remove(pid, state.dynamics)}}
        end

      _ ->
        {:noreply, state}
    end
  end

  def handle_info({:EXIT, pid, reason}, state) do
    case :lists.keyfind(pid, 2, state.children) do
      false -> {:noreply, state}
      child -> child_down(child, reason, state)
    end
  end

  def handle_info(msg, state) do
    :logger.log(
      :error,
      ~c"Supervisor received unexpected message: ~tp~n",
      [msg],
      %{domain: [:otp], error_logger: %{tag: :error}}
    )

    {:noreply, state}
  end

  defp child_down({:child, _, _, _, restart, _, _, _, _} = child, reason, state) do
    case restart?(restart, reason) do
      true ->
        finish(restart(child, state))

      false ->
        state =
          case restart do
            :temporary -> remove(child, state)
            _ -> replace(put_pid(child, :undefined), state)
          end

        auto_shutdown(child, state)
    end
  end

  defp auto_shutdown({:child, _, _, _, _, true, _, _, _}, %{auto_shutdown: :any_significant} = state),
    do: {:stop, :shutdown, state}

  defp auto_shutdown({:child, _, _, _, _, true, _, _, _}, %{auto_shutdown: :all_significant} = state) do
    case :lists.any(fn c -> :erlang.element(6, c) == true and pid(c) != :undefined end, state.children) do
      true -> {:noreply, state}
      false -> {:stop, :shutdown, state}
    end
  end

  defp auto_shutdown(_, state), do: {:noreply, state}

  defp restart?(:permanent, _), do: true
  defp restart?(:temporary, _), do: false
  defp restart?(:transient, :normal), do: false
  defp restart?(:transient, :shutdown), do: false
  defp restart?(:transient, {:shutdown, _}), do: false
  defp restart?(:transient, _), do: true

  defp finish({:ok, state}), do: {:noreply, state}
  defp finish({:shutdown, state}), do: {:stop, :shutdown, state}

  # --- restarts --------------------------------------------------------------------------------

  defp restart(child, state) do
    case add_restart(state) do
      {:ok, state} ->
        case restart(state.strategy, child, state) do
          {:ok, state} ->
            {:ok, state}

          {:try_again, id, state} ->
            :gen_server.cast(:erlang.self(), {:try_again_restart, id})
            {:ok, state}
        end

      {:shutdown, state} ->
        {:shutdown, remove(child, state)}
    end
  end

  defp restart(:one_for_one, child, state) do
    case do_start(child, []) do
      {:ok, :undefined} -> {:ok, replace(put_pid(child, :undefined), state)}
      {:ok, pid} -> {:ok, replace(put_pid(child, pid), state)}
      {:ok, pid, _} -> {:ok, replace(put_pid(child, pid), state)}
      {:error, _} -> {:try_again, id(child), replace(restarting(child), state)}
    end
  end

  defp restart(:rest_for_one, child, state) do
    {before, from} = split(id(child), state.children, [])
    restart_group(before, from, state)
  end

  defp restart(:one_for_all, child, state) do
    restart_group([], replace(put_pid(child, :undefined), state).children, state)
  end

  # Stops the rest in reverse order and starts all of them again.
  defp restart_group(kept, group, state) do
    group = terminate_children(group)

    case start_children(group, []) do
      {:ok, started} ->
        {:ok, %{state | children: kept ++ started}}

      {:error, started, failed, _reason} ->
        done = :erlang.length(started)
        [child | rest] = drop_until(failed, group)
        _ = done

        children = kept ++ started ++ [restarting(put_pid(child, :undefined)) | rest]
        {:try_again, failed, %{state | children: children}}
    end
  end

  defp drop_until(id, [{:child, _, id, _, _, _, _, _, _} | _] = list), do: list
  defp drop_until(id, [_ | rest]), do: drop_until(id, rest)

  defp split(id, [{:child, _, id, _, _, _, _, _, _} = child | rest], acc),
    do: {:lists.reverse(acc), [put_pid(child, :undefined) | rest]}

  defp split(id, [child | rest], acc), do: split(id, rest, [child | acc])

  defp restarting({:child, {:restarting, _}, _, _, _, _, _, _, _} = child), do: child
  defp restarting(child), do: put_pid(child, {:restarting, pid(child)})

  defp restart_dynamic(old, extra, state) do
    [template] = state.children

    case add_restart(state) do
      {:ok, state} ->
        dynamics = :maps.remove(old, state.dynamics)

        case do_start(template, extra) do
          {:ok, :undefined} ->
            {:ok, %{state | dynamics: dynamics}}

          {:ok, pid} ->
            {:ok, %{state | dynamics: :maps.put(pid, extra, dynamics)}}

          {:ok, pid, _} ->
            {:ok, %{state | dynamics: :maps.put(pid, extra, dynamics)}}

          {:error, _} ->
            key = restarting_key(old)
            :gen_server.cast(:erlang.self(), {:try_again_restart, key})
            {:ok, %{state | dynamics: :maps.put(key, extra, dynamics)}}
        end

      {:shutdown, state} ->
        {:shutdown, %{state | dynamics: :maps.remove(old, state.dynamics)}}
    end
  end

  defp restarting_key({:restarting, _} = key), do: key
  defp restarting_key(pid), do: {:restarting, pid}

  defp add_restart(%{intensity: intensity, period: period} = state) do
    now = :erlang.monotonic_time(:millisecond)
    limit = now - period * 1000
    restarts = [now | :lists.filter(fn t -> t >= limit end, state.restarts)]
    state = %{state | restarts: restarts}

    case :erlang.length(restarts) > intensity do
      true -> {:shutdown, state}
      false -> {:ok, state}
    end
  end

  # --- end -------------------------------------------------------------------------------------

  def terminate(_reason, %{strategy: :simple_one_for_one} = state) do
    [template] = state.children
    for {pid, _} <- :maps.to_list(state.dynamics), do: shutdown_child(put_pid(template, pid))
    :ok
  end

  def terminate(_reason, state) do
    terminate_children(state.children)
    :ok
  end

  # The last started goes first. Hands back the children without pids; temporary ones drop out.
  defp terminate_children(children) do
    :lists.foldl(
      fn child, acc ->
        shutdown_child(child)

        case child do
          {:child, _, _, _, :temporary, _, _, _, _} -> acc
          _ -> [put_pid(child, :undefined) | acc]
        end
      end,
      [],
      :lists.reverse(children)
    )
  end

  defp shutdown_child({:child, pid, _, _, _, _, shutdown, _, _}) when :erlang.is_pid(pid) do
    mref = :erlang.monitor(:process, pid)
    :erlang.unlink(pid)

    receive do
      {:EXIT, ^pid, _} -> :ok
    after
      0 -> :ok
    end

    case shutdown do
      :brutal_kill ->
        :erlang.exit(pid, :kill)
        await_down(mref)

      time ->
        :erlang.exit(pid, :shutdown)

        receive do
          {:DOWN, ^mref, _, _, _} -> :ok
        after
          time ->
            :erlang.exit(pid, :kill)
            await_down(mref)
        end
    end
  end

  defp shutdown_child(_), do: :ok

  defp await_down(mref) do
    receive do
      {:DOWN, ^mref, _, _, _} -> :ok
    end
  end

  def code_change(_, %{module: mod, args: args} = state, _) do
    case mod.init(args) do
      {:ok, {flags, specs}} ->
        case {read_flags(flags), check_specs(specs, state.auto_shutdown)} do
          {{:ok, {strategy, intensity, period, auto}}, {:ok, new}} ->
            children =
              :lists.map(
                fn child ->
                  case find(id(child), state.children) do
                    false -> child
                    old -> put_pid(child, pid(old))
                  end
                end,
                new
              )

            kept = :lists.filter(fn old -> find(id(old), children) == false end, state.children)

            {:ok,
             %{
               state
               | strategy: strategy,
                 intensity: intensity,
                 period: period,
                 auto_shutdown: auto,
                 children: kept ++ children
             }}

          {{:error, reason}, _} ->
            {:error, reason}

          {_, {:error, reason}} ->
            {:error, reason}
        end

      :ignore ->
        {:ok, state}

      error ->
        error
    end
  end
end
