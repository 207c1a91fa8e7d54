# Processes that know their ancestors, and the hand-shake by which such a process starts.
defmodule :proc_lib do
  @moduledoc false

  def spawn(fun), do: :erlang.spawn(:proc_lib, :init_p, [:erlang.self(), ancestors(), fun])
  def spawn_link(fun), do: :erlang.spawn_link(:proc_lib, :init_p, [:erlang.self(), ancestors(), fun])

  def spawn(mod, fun, args),
    do: :erlang.spawn(:proc_lib, :init_p, [:erlang.self(), ancestors(), mod, fun, args])

  def spawn_link(mod, fun, args),
    do: :erlang.spawn_link(:proc_lib, :init_p, [:erlang.self(), ancestors(), mod, fun, args])

  def spawn_opt(fun, opts),
    do: :erlang.spawn_opt(:proc_lib, :init_p, [:erlang.self(), ancestors(), fun], opts)

  def spawn_opt(mod, fun, args, opts),
    do: :erlang.spawn_opt(:proc_lib, :init_p, [:erlang.self(), ancestors(), mod, fun, args], opts)

  defp ancestors do
    case :erlang.get(:"$ancestors") do
      list when :erlang.is_list(list) -> list
      _ -> []
    end
  end

  def init_p(parent, ancestors, fun) when :erlang.is_function(fun, 0) do
    :erlang.put(:"$ancestors", [own_name(parent) | ancestors])
    {:module, mod} = :erlang.fun_info(fun, :module)
    {:name, name} = :erlang.fun_info(fun, :name)
    {:arity, arity} = :erlang.fun_info(fun, :arity)
    :erlang.put(:"$initial_call", {mod, name, arity})

    try do
      fun.()
    catch
      class, reason -> exit_p(class, reason, __STACKTRACE__)
    end
  end

  def init_p(parent, ancestors, mod, fun, args) do
    :erlang.put(:"$ancestors", [own_name(parent) | ancestors])
    :erlang.put(:"$initial_call", initial(mod, fun, args))

    try do
      :erlang.apply(mod, fun, args)
    catch
      class, reason -> exit_p(class, reason, __STACKTRACE__)
    end
  end

  # A generic server is known by the init callback of its own module.
  defp initial(:gen, :init_it, [:supervisor, _, _, _, _, {_, mod, _} | _])
       when :erlang.is_atom(mod),
       do: {:supervisor, mod, 1}

  defp initial(:gen, :init_it, [_, _, _, _, mod | _]), do: {mod, :init, 1}
  defp initial(mod, fun, args), do: {mod, fun, :erlang.length(args)}

  # Ancestors are told by name where they have one.
  defp own_name(pid) do
    case :erlang.process_info(pid, :registered_name) do
      {:registered_name, name} -> name
      _ -> pid
    end
  end

  defp exit_p(:exit, reason, _stack), do: :erlang.exit(reason)
  defp exit_p(:error, reason, stack), do: :erlang.exit({reason, stack})
  defp exit_p(:throw, reason, stack), do: :erlang.exit({{:nocatch, reason}, stack})

  def start(mod, fun, args), do: start(mod, fun, args, :infinity)
  def start(mod, fun, args, timeout), do: start(mod, fun, args, timeout, [])

  def start(mod, fun, args, timeout, opts) do
    {pid, ref} = spawn_opt(mod, fun, args, [:monitor | opts])
    wait_start(pid, ref, timeout, false)
  end

  def start_link(mod, fun, args), do: start_link(mod, fun, args, :infinity)
  def start_link(mod, fun, args, timeout), do: start_link(mod, fun, args, timeout, [])

  def start_link(mod, fun, args, timeout, opts) do
    {pid, ref} = spawn_opt(mod, fun, args, [:link, :monitor | opts])
    wait_start(pid, ref, timeout, true)
  end

  def start_monitor(mod, fun, args), do: start_monitor(mod, fun, args, :infinity)
  def start_monitor(mod, fun, args, timeout), do: start_monitor(mod, fun, args, timeout, [])

  def start_monitor(mod, fun, args, timeout, opts) do
    {pid, ref} = spawn_opt(mod, fun, args, [:monitor | opts])

    receive do
      {:ack, ^pid, return} ->
        {return, ref}

      {:nack, ^pid, return} ->
        {return, ref}

      {:DOWN, ^ref, _, _, reason} = down ->
        :erlang.send(:erlang.self(), down)
        {{:error, reason}, ref}
    after
      timeout ->
        :erlang.exit(pid, :kill)
        {{:error, :timeout}, ref}
    end
  end

  # A start that fails leaves neither a DOWN nor an EXIT message behind.
  defp wait_start(pid, ref, timeout, linked) do
    receive do
      {:ack, ^pid, return} ->
        :erlang.demonitor(ref, [:flush])
        return

      {:nack, ^pid, return} ->
        receive do
          {:DOWN, ^ref, _, _, _} -> :ok
        end

        flush_exit(pid, linked)
        return

      {:DOWN, ^ref, _, _, reason} ->
        flush_exit(pid, linked)
        {:error, reason}
    after
      timeout ->
        if linked, do: :erlang.unlink(pid)
        :erlang.exit(pid, :kill)

        receive do
          {:DOWN, ^ref, _, _, _} -> :ok
        end

        flush_exit(pid, linked)
        {:error, :timeout}
    end
  end

  defp flush_exit(_pid, false), do: :ok

  defp flush_exit(pid, true) do
    case :erlang.process_info(:erlang.self(), :trap_exit) do
      {:trap_exit, true} ->
        receive do
          {:EXIT, ^pid, _} -> :ok
        after
          0 -> :ok
        end

      _ ->
        :ok
    end
  end

  def init_ack(return) do
    case :erlang.get(:"$ancestors") do
      [parent | _] -> init_ack(parent, return)
      _ -> :ok
    end
  end

  def init_ack(parent, return) do
    :erlang.send(parent, {:ack, :erlang.self(), return})
    :ok
  end

  def init_fail(return, exception) do
    case :erlang.get(:"$ancestors") do
      [parent | _] -> init_fail(parent, return, exception)
      _ -> raise_exception(exception)
    end
  end

  def init_fail(parent, return, exception) do
    :erlang.send(parent, {:nack, :erlang.self(), return})
    raise_exception(exception)
  end

  defp raise_exception({:error, reason}), do: :erlang.error(reason)
  defp raise_exception({:exit, reason}), do: :erlang.exit(reason)
  defp raise_exception({:throw, reason}), do: :erlang.throw(reason)
  defp raise_exception({class, reason, stack}), do: :erlang.raise(class, reason, stack)

  def hibernate(mod, fun, args), do: :erlang.hibernate(:proc_lib, :wake_up, [mod, fun, args])

  def wake_up(mod, fun, args) do
    try do
      :erlang.apply(mod, fun, args)
    catch
      class, reason -> exit_p(class, reason, __STACKTRACE__)
    end
  end

  def stop(process), do: stop(process, :normal, :infinity)

  def stop(process, reason, timeout) do
    {pid, mref} = :erlang.spawn_monitor(:proc_lib, :do_stop, [process, reason])

    receive do
      {:DOWN, ^mref, _, _, :normal} -> await_stop(process, reason, timeout)
      {:DOWN, ^mref, _, _, {:done, :ok}} -> :ok
      {:DOWN, ^mref, _, _, {:done, {:exit, why}}} -> :erlang.exit(why)
      {:DOWN, ^mref, _, _, other} -> :erlang.exit(other)
    after
      timeout ->
        :erlang.exit(pid, :kill)

        receive do
          {:DOWN, ^mref, _, _, _} -> :erlang.exit(:timeout)
        end
    end
  end

  defp await_stop(_process, _reason, _timeout), do: :ok

  # Runs in a process of its own, so that a late answer reaches nobody.
  def do_stop(process, reason) do
    mref = :erlang.monitor(:process, process)

    try do
      :sys.terminate(process, reason, :infinity)
    catch
      :exit, {:noproc, _} -> :ok
      :exit, _ -> :ok
    end

    receive do
      {:DOWN, ^mref, _, _, ^reason} -> :erlang.exit({:done, :ok})
      {:DOWN, ^mref, _, _, other} -> :erlang.exit({:done, {:exit, other}})
    end
  end

  def initial_call(process) do
    case raw_initial_call(process) do
      {mod, fun, arity} when :erlang.is_integer(arity) -> {mod, fun, :lists.duplicate(arity, :_)}
      other -> other
    end
  end

  def translate_initial_call(process) do
    case raw_initial_call(process) do
      {_, _, _} = mfa -> mfa
      _ -> {:proc_lib, :init_p, 5}
    end
  end

  defp raw_initial_call(list) when :erlang.is_list(list) do
    case :lists.keyfind(:"$initial_call", 1, list) do
      {_, mfa} -> mfa
      false -> false
    end
  end

  defp raw_initial_call(pid) do
    case :erlang.process_info(pid, :dictionary) do
      {:dictionary, dict} -> raw_initial_call(dict)
      _ -> false
    end
  end

  def set_label(label) do
    :erlang.put(:"$process_label", label)
    :ok
  end

  def get_label(pid) do
    case pid === :erlang.self() do
      true ->
        :erlang.get(:"$process_label")

      false ->
        case :erlang.process_info(pid, :dictionary) do
          {:dictionary, dict} ->
            case :lists.keyfind(:"$process_label", 1, dict) do
              {_, label} -> label
              false -> :undefined
            end

          _ ->
            :undefined
        end
    end
  end

  def format(_report), do: []
  def format(_report, _encoding), do: []
end
