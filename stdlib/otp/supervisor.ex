# The supervisor: starts its children in order, starts them again when they fail, stops them in reverse.
#
# One with the strategy simple_one_for_one is another thing with the same callbacks: it has one template
# and any number of children made from it, see `:cordial_crew`.
defmodule :supervisor do
  @moduledoc false
  @behaviour :gen_server
  require Record
  require :cordial_child
  import :cordial_child, only: [child: 1, child: 2]

  @callback init(term) :: term

  # name: as reports tell it; mod and args: the callback and what it was given; times: of restarts;
  # children: a `:cordial_family`, or a `:cordial_crew`.
  Record.defrecordp(:sup,
    name: nil,
    strategy: :one_for_one,
    intensity: 1,
    period: 5,
    auto: :never,
    times: [],
    children: nil,
    mod: nil,
    args: nil
  )

  # --- for clients -----------------------------------------------------------------------------

  def start_link(mod, args), do: :gen_server.start_link(:supervisor, {:self, mod, args}, [])
  def start_link(address, mod, args), do: :gen_server.start_link(address, :supervisor, {address, mod, args}, [])
  def start_child(sup, spec), do: call(sup, {:start_child, spec})
  def restart_child(sup, id), do: call(sup, {:restart_child, id})
  def delete_child(sup, id), do: call(sup, {:delete_child, id})
  def terminate_child(sup, id), do: call(sup, {:terminate_child, id})
  def get_childspec(sup, id), do: call(sup, {:get_childspec, id})
  def which_children(sup), do: call(sup, :which_children)
  def count_children(sup), do: call(sup, :count_children)
  def get_callback_module(sup), do: call(sup, :get_callback_module)
  defp call(sup, request), do: :gen_server.call(sup, request, :infinity)

  def check_childspecs(specs), do: check(specs, :any)

  def check_childspecs(specs, auto) when auto in [:undefined, :never, :any_significant, :all_significant],
    do: check(specs, if(auto == :undefined, do: :any, else: auto))

  def check_childspecs(_specs, auto), do: {:error, {:badarg, auto}}

  defp check(specs, auto) do
    case :cordial_child.read_all(specs, auto) do
      {:ok, _} -> :ok
      error -> error
    end
  end

  # --- start -----------------------------------------------------------------------------------

  def init({address, mod, args}) do
    :erlang.put(:"$initial_call", {:supervisor, mod, 1})
    :erlang.process_flag(:trap_exit, true)
    name = if address == :self, do: {:erlang.self(), mod}, else: address

    case mod.init(args) do
      {:ok, {flags, specs}} -> init(flags, specs, sup(name: name, mod: mod, args: args))
      :ignore -> :ignore
      other -> {:stop, {:bad_return, {mod, :init, other}}}
    end
  end

  defp init(flags, specs, sup) do
    case with_flags(flags, sup) do
      {:ok, sup(auto: auto) = sup} ->
        case :cordial_child.read_all(specs, auto) do
          {:ok, children} -> begin(children, specs, sup)
          {:error, reason} -> {:stop, {:start_spec, reason}}
        end

      {:error, reason} ->
        {:stop, {:supervisor_data, reason}}
    end
  end

  defp begin([template], _specs, sup(strategy: :simple_one_for_one) = sup),
    do: {:ok, sup(sup, children: :cordial_crew.new(template))}

  defp begin(_children, specs, sup(strategy: :simple_one_for_one)), do: {:stop, {:bad_start_spec, specs}}

  defp begin(children, _specs, sup(name: name) = sup) do
    case start_all(children, :cordial_family.new([]), name) do
      {:ok, family} ->
        {:ok, sup(sup, children: family)}

      {:error, id, reason, family} ->
        stop_all(:cordial_family.newest_first(family), name)
        {:stop, {:shutdown, {:failed_to_start_child, id, reason}}}
    end
  end

  defp with_flags({strategy, intensity, period}, sup),
    do: with_flags(%{strategy: strategy, intensity: intensity, period: period}, sup)

  defp with_flags(flags, sup) when :erlang.is_map(flags) do
    strategy = :maps.get(:strategy, flags, :one_for_one)
    intensity = :maps.get(:intensity, flags, 1)
    period = :maps.get(:period, flags, 5)
    auto = :maps.get(:auto_shutdown, flags, :never)

    cond do
      strategy not in [:one_for_one, :one_for_all, :rest_for_one, :simple_one_for_one] ->
        {:error, {:invalid_strategy, strategy}}

      not :erlang.is_integer(intensity) or intensity < 0 ->
        {:error, {:invalid_intensity, intensity}}

      not :erlang.is_integer(period) or period < 1 ->
        {:error, {:invalid_period, period}}

      auto not in [:never, :any_significant, :all_significant] ->
        {:error, {:invalid_auto_shutdown, auto}}

      strategy == :simple_one_for_one and auto != :never ->
        {:error, {:bad_combination, [auto_shutdown: auto, strategy: strategy]}}

      true ->
        {:ok, sup(sup, strategy: strategy, intensity: intensity, period: period, auto: auto)}
    end
  end

  defp with_flags(other, _sup), do: {:error, {:invalid_type, other}}

  # --- requests --------------------------------------------------------------------------------

  def handle_call(:get_callback_module, _from, sup(mod: mod) = sup), do: {:reply, mod, sup}

  def handle_call(request, _from, sup(strategy: :simple_one_for_one, children: crew, name: name) = sup) do
    {reply, crew} = :cordial_crew.answer(request, crew, name)
    {:reply, reply, sup(sup, children: crew)}
  end

  def handle_call(:which_children, _from, sup(children: family) = sup) do
    rows =
      for child(id: id, pid: pid, type: type, modules: modules) <- :cordial_family.newest_first(family) do
        {id, if(:erlang.is_tuple(pid), do: :restarting, else: pid), type, modules}
      end

    {:reply, rows, sup}
  end

  def handle_call(:count_children, _from, sup(children: family) = sup) do
    children = :cordial_family.newest_first(family)
    alive = for child(pid: pid) <- children, :erlang.is_pid(pid) and :erlang.is_process_alive(pid), do: pid
    supervisors = for child(type: :supervisor) = child <- children, do: child
    {specs, n} = {:erlang.length(children), :erlang.length(supervisors)}
    counts = [specs: specs, active: :erlang.length(alive), supervisors: n, workers: specs - n]
    {:reply, counts, sup}
  end

  def handle_call({:start_child, spec}, _from, sup(auto: auto) = sup) do
    case :cordial_child.read(spec, auto) do
      {:ok, child} -> add(child, sup)
      error -> {:reply, error, sup}
    end
  end

  # What is left asks for one child by its id.
  def handle_call({request, id}, _from, sup(children: family) = sup) do
    case {:cordial_family.get(id, family), request} do
      {:none, _} -> {:reply, {:error, :not_found}, sup}
      {child, :get_childspec} -> {:reply, {:ok, :cordial_child.spec(child)}, sup}
      {child, :terminate_child} -> {:reply, :ok, sup(sup, children: dismiss(child, sup))}
      {child(pid: {:restarting, _}), _} -> {:reply, {:error, :restarting}, sup}
      {child(pid: pid), _} when :erlang.is_pid(pid) -> {:reply, {:error, :running}, sup}
      {_, :delete_child} -> {:reply, :ok, sup(sup, children: :cordial_family.drop(id, family))}
      {child, :restart_child} -> revive(child, sup)
    end
  end

  defp add(child(id: id) = child, sup(children: family) = sup) do
    case :cordial_family.get(id, family) do
      :none ->
        case start(child, sup) do
          {:ok, reply, family} -> {:reply, reply, sup(sup, children: family)}
          {:error, {:already_started, _} = reason} -> {:reply, {:error, reason}, sup}
          {:error, reason} -> {:reply, {:error, {reason, child}}, sup}
        end

      child(pid: pid) when :erlang.is_pid(pid) ->
        {:reply, {:error, {:already_started, pid}}, sup}

      _ ->
        {:reply, {:error, :already_present}, sup}
    end
  end

  defp revive(child, sup) do
    case start(child, sup) do
      {:ok, reply, family} -> {:reply, reply, sup(sup, children: family)}
      error -> {:reply, error, sup}
    end
  end

  # Stops a child at somebody's wish; a temporary one is not remembered.
  defp dismiss(child(id: id, restart: restart) = child, sup(children: family, name: name)) do
    stop_all([child], name)
    if restart == :temporary, do: :cordial_family.drop(id, family), else: :cordial_family.put(idle(child), family)
  end

  # --- what happens ----------------------------------------------------------------------------

  # Another attempt at a child that did not start when it should have.
  def handle_cast({:again, id}, sup(strategy: :simple_one_for_one, children: crew) = sup),
    do: if(:cordial_crew.restarting?(id, crew), do: restart_member(id, sup), else: {:noreply, sup})

  def handle_cast({:again, id}, sup(children: family) = sup) do
    case :cordial_family.get(id, family) do
      child(pid: {:restarting, _}) = child -> restart(child, sup)
      _ -> {:noreply, sup}
    end
  end

  def handle_cast(_other, sup), do: {:noreply, sup}

  def handle_info({:EXIT, pid, reason}, sup(strategy: :simple_one_for_one) = sup) do
    sup(children: crew, name: name) = sup

    case :cordial_crew.ended(pid, reason, crew, name) do
      {:restart, crew} -> restart_member(pid, sup(sup, children: crew))
      {:done, crew} -> {:noreply, sup(sup, children: crew)}
    end
  end

  def handle_info({:EXIT, pid, reason}, sup(children: family, name: name) = sup) do
    case :cordial_family.by_pid(pid, family) do
      :none ->
        {:noreply, sup}

      child(restart: restart) = child ->
        again = :cordial_child.again?(restart, reason)
        ordinary = not :cordial_child.again?(:transient, reason)
        if again or not ordinary, do: :cordial_child.report(:child_terminated, reason, :cordial_child.offender(child), name)
        if again, do: restart(child, sup), else: leave(child, sup)
    end
  end

  def handle_info(message, sup) do
    :logger.log(:error, ~c"Supervisor received unexpected message: ~tp~n", [message], %{
      domain: [:otp],
      error_logger: %{tag: :error}
    })

    {:noreply, sup}
  end

  # A child is gone for good. One that is significant may take the supervisor along.
  defp leave(child(id: id, restart: restart, significant: significant) = child, sup(children: family, auto: auto) = sup) do
    family =
      if restart == :temporary, do: :cordial_family.drop(id, family), else: :cordial_family.put(idle(child), family)

    sup = sup(sup, children: family)

    cond do
      not significant or auto == :never -> {:noreply, sup}
      auto == :any_significant or not significant_left?(family) -> {:stop, :shutdown, sup}
      true -> {:noreply, sup}
    end
  end

  defp significant_left?(family) do
    :lists.any(
      fn child(significant: significant, pid: pid) -> significant and pid != :undefined end,
      :cordial_family.newest_first(family)
    )
  end

  # --- restarts --------------------------------------------------------------------------------

  defp restart(child(id: id) = child, sup(strategy: strategy, children: family) = sup) do
    case count(child, sup) do
      {:ok, sup} ->
        group =
          case strategy do
            :one_for_one -> [child]
            :rest_for_one -> :cordial_family.from(id, family)
            :one_for_all -> :cordial_family.oldest_first(family)
          end

        {:noreply, renew(group, id, sup)}

      :too_many ->
        {:stop, :shutdown, sup(sup, children: :cordial_family.drop(id, family))}
    end
  end

  defp count(child, sup(times: times, intensity: intensity, period: period, name: name) = sup) do
    case :cordial_child.count_restart(times, intensity, period) do
      {:ok, times} ->
        {:ok, sup(sup, times: times)}

      :too_many ->
        reason = :reached_max_restart_intensity
        :cordial_child.report(:shutdown, reason, :cordial_child.offender(child), name)
        :too_many
    end
  end

  # Stops all of a group but the one that has ended, and starts them again in order. Temporary ones
  # do not come back. The first that fails is tried again later, when this supervisor has seen its messages.
  defp renew(group, ended, sup(children: family, name: name) = sup) do
    stop_all(:lists.reverse(for child(id: id) = child <- group, id != ended, do: child), name)

    family =
      :lists.foldl(
        fn
          child(restart: :temporary, id: id), family -> :cordial_family.drop(id, family)
          child(id: ^ended, pid: pid) = child, family when :erlang.is_pid(pid) -> :cordial_family.put(pending(child), family)
          child(id: ^ended), family -> family
          child, family -> :cordial_family.put(idle(child), family)
        end,
        family,
        group
      )

    case start_all(for(child(restart: restart) = child <- group, restart != :temporary, do: child), family, name) do
      {:ok, family} ->
        sup(sup, children: family)

      {:error, id, _reason, family} ->
        :gen_server.cast(:erlang.self(), {:again, id})
        family = :cordial_family.put(pending(:cordial_family.get(id, family)), family)
        sup(sup, children: unpend(ended, id, family))
    end
  end

  # Another child than the one that ended stands in the way now.
  defp unpend(id, id, family), do: family

  defp unpend(ended, _failed, family) do
    case :cordial_family.get(ended, family) do
      child(pid: {:restarting, _}) = child -> :cordial_family.put(idle(child), family)
      _ -> family
    end
  end

  defp idle(child), do: child(child, pid: :undefined)
  defp pending(child(pid: {:restarting, _}) = child), do: child
  defp pending(child(pid: pid) = child), do: child(child, pid: {:restarting, pid})

  defp restart_member(key, sup(children: crew, name: name) = sup) do
    case count(:cordial_crew.member(key, crew), sup) do
      {:ok, sup} ->
        case :cordial_crew.restart(key, crew, name) do
          {:ok, crew} ->
            {:noreply, sup(sup, children: crew)}

          {:again, key, crew} ->
            :gen_server.cast(:erlang.self(), {:again, key})
            {:noreply, sup(sup, children: crew)}
        end

      :too_many ->
        {:stop, :shutdown, sup(sup, children: :cordial_crew.drop(key, crew))}
    end
  end

  # --- children --------------------------------------------------------------------------------

  # Starts children in order: the family with all of them, or with those before the first that failed. That one
  # is told to the log; whoever asks for a child gets to know anyway.
  defp start_all([], family, _name), do: {:ok, family}

  defp start_all([child(id: id) = child | rest], family, name) do
    case start(child, sup(children: family, name: name)) do
      {:ok, _reply, family} -> start_all(rest, family, name)
      {:error, reason} ->
        :cordial_child.report(:start_error, reason, :cordial_child.offender(idle(child)), name)
        {:error, id, reason, family}
    end
  end

  # The reply for whoever asked, and the family with the child.
  defp start(child(mfargs: mfargs, restart: restart) = child, sup(children: family, name: name)) do
    case :cordial_child.start(mfargs, &crash/3) do
      :ignore when restart == :temporary ->
        {:ok, {:ok, :undefined}, family}

      :ignore ->
        {:ok, {:ok, :undefined}, :cordial_family.put(idle(child), family)}

      {:error, _} = error ->
        error

      started ->
        child = child(child, pid: :erlang.element(2, started))
        :cordial_child.report_progress(child, name)
        {:ok, started, :cordial_family.put(child, family)}
    end
  end

  @doc false
  def crash(:exit, reason, _stack), do: {:EXIT, reason}
  def crash(:error, reason, stack), do: {:EXIT, {reason, stack}}
  def crash(:throw, value, _stack), do: value

  # One after the other.
  defp stop_all(children, name) do
    :lists.foreach(
      fn
        child(pid: pid, shutdown: shutdown, restart: restart) = child when :erlang.is_pid(pid) ->
          [{_, reason}] = :cordial_child.stop([{pid, shutdown}])
          expected = reason == :shutdown or (reason == :normal and restart != :permanent) or match?({:shutdown, _}, reason)
          if not expected, do: :cordial_child.report(:shutdown_error, reason, :cordial_child.offender(child), name)

        _ ->
          :ok
      end,
      children
    )
  end

  def terminate(_reason, sup(strategy: :simple_one_for_one, children: crew)), do: :cordial_crew.stop(crew)
  def terminate(_reason, sup(children: family, name: name)), do: stop_all(:cordial_family.newest_first(family), name)

  # The callback is asked again. Children that it no longer names go on as they are.
  def code_change(_vsn, sup(mod: mod, args: args, strategy: strategy, children: children) = sup, _extra) do
    case mod.init(args) do
      {:ok, {flags, specs}} ->
        with {:ok, sup(auto: auto) = sup} <- with_flags(flags, sup),
             {:ok, read} <- :cordial_child.read_all(specs, auto) do
          case {strategy, read} do
            {:simple_one_for_one, [template]} -> {:ok, sup(sup, children: :cordial_crew.with(template, children))}
            {:simple_one_for_one, _} -> {:error, {:bad_start_spec, specs}}
            _ -> {:ok, sup(sup, children: :lists.foldl(&updated/2, children, read))}
          end
        end

      :ignore ->
        {:ok, sup}

      error ->
        error
    end
  end

  defp updated(child(id: id) = new, family) do
    case :cordial_family.get(id, family) do
      :none -> :cordial_family.put(new, family)
      child(pid: pid) -> :cordial_family.put(child(new, pid: pid), family)
    end
  end
end
