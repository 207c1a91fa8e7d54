defmodule Registry do
  @moduledoc "A local, partitioned store of processes by key."

  @type registry :: atom
  @type keys :: :unique | :duplicate
  @type key :: term
  @type value :: term

  # The table named after the registry holds {-2, {kind, partitions, key tables}}, the row
  # {-1, {kind, partitions, key table | nil, {partition owner, pid table} | nil, listeners}}, the user's
  # metadata under their atoms, and for several partitions {n, {key table, {owner, pid table}}}.
  # Key tables hold {key, {pid, value}}; pid tables hold {pid, key, key table, counter}.

  @shape -2
  @whole -1

  # --- :via ------------------------------------------------------------------------------------

  @doc false
  def whereis_name({registry, key}), do: whereis_name(registry, key)
  def whereis_name({registry, key, _value}), do: whereis_name(registry, key)

  defp whereis_name(registry, key) do
    case shape!(registry) do
      {:unique, partitions, keys_table} ->
        keys_table = keys_table || keys_of!(registry, key, partitions)

        case held(keys_table, key) do
          {pid, _} -> if Process.alive?(pid), do: pid, else: :undefined
          _ -> :undefined
        end

      {kind, _, _} ->
        raise ArgumentError, ":via is not supported for #{kind} registries"
    end
  end

  @doc false
  def register_name({registry, key}, pid), do: register_name(registry, key, nil, pid)
  def register_name({registry, key, value}, pid), do: register_name(registry, key, value, pid)

  defp register_name(registry, key, value, pid) when pid == self() do
    case register(registry, key, value) do
      {:ok, _} -> :yes
      {:error, _} -> :no
    end
  end

  @doc false
  def send({registry, key}, msg) do
    case lookup(registry, key) do
      [{pid, _}] -> Kernel.send(pid, msg)
      [] -> :erlang.error(:badarg, [{registry, key}, msg])
    end
  end

  def send({registry, key, _value}, msg), do: Registry.send({registry, key}, msg)

  @doc false
  def unregister_name({registry, key}), do: unregister(registry, key)
  def unregister_name({registry, key, _value}), do: unregister(registry, key)

  # --- start -----------------------------------------------------------------------------------

  def start_link(options) do
    keys = Keyword.get(options, :keys)

    unless keys in [:unique, :duplicate] do
      raise ArgumentError,
            "expected :keys to be given and be one of :unique or :duplicate, got: #{inspect(keys)}"
    end

    name =
      case Keyword.fetch(options, :name) do
        {:ok, name} when is_atom(name) -> name
        {:ok, other} -> raise ArgumentError, "expected :name to be an atom, got: #{inspect(other)}"
        :error -> raise ArgumentError, "expected :name option to be present"
      end

    meta = Keyword.get(options, :meta, [])

    unless Keyword.keyword?(meta) do
      raise ArgumentError, "expected :meta to be a keyword list, got: #{inspect(meta)}"
    end

    partitions = Keyword.get(options, :partitions, 1)

    unless is_integer(partitions) and partitions >= 1 do
      raise ArgumentError, "expected :partitions to be a positive integer, got: #{inspect(partitions)}"
    end

    listeners = Keyword.get(options, :listeners, [])

    unless is_list(listeners) and Enum.all?(listeners, &is_atom/1) do
      raise ArgumentError, "expected :listeners to be a list of named processes, got: #{inspect(listeners)}"
    end

    compressed = Keyword.get(options, :compressed, false)

    unless is_boolean(compressed) do
      raise ArgumentError, "expected :compressed to be a boolean, got: #{inspect(compressed)}"
    end

    Registry.Supervisor.start_link(keys, name, partitions, listeners, meta, compressed)
  end

  @doc false
  def start_link(keys, name, options \\ []) when is_atom(name) do
    start_link([keys: keys, name: name] ++ options)
  end

  def child_spec(options) do
    %{
      id: Keyword.get(options, :name, Registry),
      start: {Registry, :start_link, [options]},
      type: :supervisor
    }
  end

  # --- values ----------------------------------------------------------------------------------

  def update_value(registry, key, callback) when is_atom(registry) and is_function(callback, 1) do
    case shape!(registry) do
      {:unique, partitions, keys_table} ->
        keys_table = keys_table || keys_of!(registry, key, partitions)
        self = self()

        case held(keys_table, key) do
          {^self, old} ->
            new = callback.(old)
            :ets.insert(keys_table, {key, {self, new}})
            {new, old}

          _ ->
            :error
        end

      {kind, _, _} ->
        raise ArgumentError, "Registry.update_value/3 is not supported for #{kind} registries"
    end
  end

  def dispatch(registry, key, mfa_or_fun, opts \\ [])
      when is_atom(registry) and is_function(mfa_or_fun, 1)
      when is_atom(registry) and tuple_size(mfa_or_fun) == 3 do
    case shape!(registry) do
      {:unique, partitions, keys_table} ->
        (keys_table || keys_of!(registry, key, partitions))
        |> held(key)
        |> List.wrap()
        |> hand_over(mfa_or_fun)

      {:duplicate, 1, keys_table} ->
        hand_over(all_held(keys_table, key), mfa_or_fun)

      {:duplicate, partitions, _} ->
        if Keyword.get(opts, :parallel, false) do
          registry
          |> hand_over_at_once(key, mfa_or_fun, partitions)
          |> Enum.each(&Task.await(&1, :infinity))
        else
          for partition <- 0..(partitions - 1) do
            hand_over(all_held(keys_of!(registry, partition), key), mfa_or_fun)
          end
        end
    end

    :ok
  end

  defp hand_over_at_once(registry, key, mfa_or_fun, partitions) do
    for partition <- 0..(partitions - 1) do
      entries = all_held(keys_of!(registry, partition), key)
      Task.async(fn -> hand_over(entries, mfa_or_fun) end)
    end
  end

  defp hand_over([], _mfa_or_fun), do: :ok
  defp hand_over(entries, {module, function, args}), do: apply(module, function, [entries | args])
  defp hand_over(entries, fun), do: fun.(entries)

  def lookup(registry, key) when is_atom(registry) do
    case shape!(registry) do
      {:unique, partitions, keys_table} ->
        keys_table = keys_table || keys_of!(registry, key, partitions)

        case held(keys_table, key) do
          {pid, _} = pair -> if Process.alive?(pid), do: [pair], else: []
          _ -> []
        end

      {:duplicate, 1, keys_table} ->
        all_held(keys_table, key)

      {:duplicate, partitions, _} ->
        for partition <- 0..(partitions - 1),
            pair <- all_held(keys_of!(registry, partition), key),
            do: pair
    end
  end

  def match(registry, key, pattern, guards \\ []) when is_atom(registry) and is_list(guards) do
    guards = [{:"=:=", {:element, 1, :"$_"}, {:const, key}} | guards]
    spec = [{{:_, {:_, pattern}}, guards, [{:element, 2, :"$_"}]}]

    case shape!(registry) do
      {:unique, partitions, keys_table} ->
        :ets.select(keys_table || keys_of!(registry, key, partitions), spec)

      {:duplicate, 1, keys_table} ->
        :ets.select(keys_table, spec)

      {:duplicate, partitions, _} ->
        for partition <- 0..(partitions - 1),
            pair <- :ets.select(keys_of!(registry, partition), spec),
            do: pair
    end
  end

  def keys(registry, pid) when is_atom(registry) and is_pid(pid) do
    {kind, partitions, _, pids_table, _} = whole!(registry)
    {_, pids_table} = pids_table || pids_of!(registry, pid, partitions)

    keys =
      try do
        spec = {{pid, :"$1", :"$2", :_}, [], [{{:"$1", :"$2"}}]}
        :ets.select(pids_table, [spec])
      catch
        :error, :badarg -> []
      end

    # A unique key may meanwhile belong to another process.
    really_held(kind, pid, keys)
  end

  defp really_held(:duplicate, _pid, keys), do: for({key, _} <- keys, do: key)

  defp really_held(:unique, pid, keys) do
    for {key, keys_table} <- keys, match?({^pid, _}, held(keys_table, key)), do: key
  end

  def values(registry, key, pid) when is_atom(registry) and is_pid(pid) do
    case shape!(registry) do
      {:unique, partitions, keys_table} ->
        case held(keys_table || keys_of!(registry, key, partitions), key) do
          {^pid, value} -> [value]
          _ -> []
        end

      {:duplicate, partitions, keys_table} ->
        keys_table = keys_table || keys_of!(registry, pid, partitions)
        for {^pid, value} <- all_held(keys_table, key), do: value
    end
  end

  def unregister(registry, key) when is_atom(registry) do
    self = self()
    {kind, partitions, keys_table, pids_table, listeners} = whole!(registry)
    {key_partition, pid_partition} = partitions(kind, key, self, partitions)
    keys_table = keys_table || keys_of!(registry, key_partition)
    {pid_server, pids_table} = pids_table || pids_of!(registry, pid_partition)

    # The key goes first, then its note at the process.
    :ets.match_delete(keys_table, {key, {self, :_}})
    :ets.match_delete(pids_table, {self, key, keys_table, :_})
    unlink_if_done(pid_server, pids_table, self)

    for listener <- listeners, do: Kernel.send(listener, {:unregister, registry, key, self})
    :ok
  end

  def unregister_match(registry, key, pattern, guards \\ []) when is_list(guards) do
    self = self()
    {kind, partitions, keys_table, pids_table, listeners} = whole!(registry)
    {key_partition, pid_partition} = partitions(kind, key, self, partitions)
    keys_table = keys_table || keys_of!(registry, key_partition)
    {pid_server, pids_table} = pids_table || pids_of!(registry, pid_partition)

    guards = [{:"=:=", {:element, 1, :"$_"}, {:const, key}} | guards]
    delete = [{{:_, {self, pattern}}, guards, [true]}]

    total = length(lookup_pairs(keys_table, key, self))
    deleted = :ets.select_delete(keys_table, delete)

    if deleted == total and total > 0 do
      :ets.match_delete(pids_table, {self, key, keys_table, :_})
      unlink_if_done(pid_server, pids_table, self)
    end

    if deleted > 0 do
      for listener <- listeners, do: Kernel.send(listener, {:unregister, registry, key, self})
    end

    :ok
  end

  defp lookup_pairs(keys_table, key, pid) do
    for {^pid, _} = pair <- all_held(keys_table, key), do: pair
  end

  defp unlink_if_done(pid_server, pids_table, self) do
    unless :ets.member(pids_table, self), do: Process.unlink(pid_server)
  end

  def register(registry, key, value) when is_atom(registry) do
    self = self()
    {kind, partitions, keys_table, pids_table, listeners} = whole!(registry)
    {key_partition, pid_partition} = partitions(kind, key, self, partitions)
    keys_table = keys_table || keys_of!(registry, key_partition)
    {pid_server, pids_table} = pids_table || pids_of!(registry, pid_partition)

    # The note at the process comes first: whatever happens next, its end cleans the key up.
    Process.link(pid_server)
    counter = System.unique_integer()
    true = :ets.insert(pids_table, {self, key, keys_table, counter})

    case claim(kind, pid_server, keys_table, key, {key, {self, value}}) do
      {:ok, _} = ok ->
        for listener <- listeners, do: Kernel.send(listener, {:register, registry, key, self, value})
        ok

      {:error, {:already_registered, ^self}} = error ->
        true = :ets.delete_object(pids_table, {self, key, keys_table, counter})
        error

      {:error, _} = error ->
        true = :ets.delete_object(pids_table, {self, key, keys_table, counter})
        unlink_if_done(pid_server, pids_table, self)
        error
    end
  end

  defp claim(:duplicate, pid_server, keys_table, _key, entry) do
    true = :ets.insert(keys_table, entry)
    {:ok, pid_server}
  end

  defp claim(:unique, pid_server, keys_table, key, entry) do
    if :ets.insert_new(keys_table, entry) do
      {:ok, pid_server}
    else
      # The owner may be dead and not cleaned up yet.
      case :ets.lookup(keys_table, key) do
        [{^key, {pid, _}} = current] ->
          if Process.alive?(pid) do
            {:error, {:already_registered, pid}}
          else
            :ets.delete_object(keys_table, current)
            claim(:unique, pid_server, keys_table, key, entry)
          end

        [] ->
          claim(:unique, pid_server, keys_table, key, entry)
      end
    end
  end

  def meta(registry, key) when is_atom(registry) and (is_atom(key) or is_tuple(key)) do
    try do
      :ets.lookup(registry, key)
    catch
      :error, :badarg -> raise ArgumentError, "unknown registry: #{inspect(registry)}"
    else
      [{^key, value}] -> {:ok, value}
      _ -> :error
    end
  end

  def put_meta(registry, key, value) when is_atom(registry) and (is_atom(key) or is_tuple(key)) do
    try do
      :ets.insert(registry, {key, value})
      :ok
    catch
      :error, :badarg -> raise ArgumentError, "unknown registry: #{inspect(registry)}"
    end
  end

  def delete_meta(registry, key) when is_atom(registry) and (is_atom(key) or is_tuple(key)) do
    try do
      :ets.delete(registry, key)
      :ok
    catch
      :error, :badarg -> raise ArgumentError, "unknown registry: #{inspect(registry)}"
    end
  end

  def lock(registry, lock_key, function) when is_atom(registry) and is_function(function, 0) do
    {kind, partitions, keys_table} = shape!(registry)
    _ = {kind, partitions, keys_table}
    resource = {{Registry, registry, lock_key}, self()}
    take_lock(resource)

    try do
      function.()
    after
      :global.del_lock(resource, [node()])
    end
  end

  defp take_lock(resource), do: :global.set_lock(resource, [node()])

  def count(registry) when is_atom(registry) do
    each_table(registry, fn table -> :ets.info(table, :size) end) |> Enum.sum()
  end

  def count_match(registry, key, pattern, guards \\ []) when is_list(guards) do
    guards = [{:"=:=", {:element, 1, :"$_"}, {:const, key}} | guards]
    spec = [{{:_, {:_, pattern}}, guards, [true]}]

    case shape!(registry) do
      {:unique, partitions, keys_table} ->
        :ets.select_count(keys_table || keys_of!(registry, key, partitions), spec)

      {:duplicate, 1, keys_table} ->
        :ets.select_count(keys_table, spec)

      {:duplicate, partitions, _} ->
        Enum.sum_by(0..(partitions - 1), &:ets.select_count(keys_of!(registry, &1), spec))
    end
  end

  def select(registry, spec) when is_atom(registry) and is_list(spec) do
    spec = inner_specs(spec, "select/2")
    each_table(registry, fn table -> :ets.select(table, spec) end) |> Enum.concat()
  end

  def count_select(registry, spec) when is_atom(registry) and is_list(spec) do
    spec = inner_specs(spec, "count_select/2")
    each_table(registry, fn table -> :ets.select_count(table, spec) end) |> Enum.sum()
  end

  defp inner_specs(spec, fun) do
    for part <- spec do
      case part do
        {{key, pid, value}, guards, select} ->
          {{key, {pid, value}}, guards, select}

        _ ->
          raise ArgumentError,
                "invalid match specification in Registry.#{fun}: #{inspect(spec)}"
      end
    end
  end

  defp each_table(registry, fun) do
    case shape!(registry) do
      {_kind, _partitions, nil} ->
        {_, partitions, _} = shape!(registry)
        for partition <- 0..(partitions - 1), do: fun.(keys_of!(registry, partition))

      {_kind, 1, keys_table} ->
        [fun.(keys_table)]
    end
  end

  # --- tables ----------------------------------------------------------------------------------

  @doc false
  def hash(term, limit), do: :erlang.phash2(term, limit)

  # A unique key lives in the partition of the key, a duplicate one in that of its process.
  defp partitions(_kind, _key, _pid, 1), do: {0, 0}
  defp partitions(:unique, key, pid, n), do: {hash(key, n), hash(pid, n)}

  defp partitions(:duplicate, _key, pid, n) do
    partition = hash(pid, n)
    {partition, partition}
  end

  defp whole!(registry) do
    try do
      :ets.lookup(registry, @whole)
    catch
      :error, :badarg -> raise ArgumentError, "unknown registry: #{inspect(registry)}"
    else
      [{_, info}] -> info
      _ -> raise ArgumentError, "unknown registry: #{inspect(registry)}"
    end
  end

  defp shape!(registry) do
    try do
      :ets.lookup(registry, @shape)
    catch
      :error, :badarg -> raise ArgumentError, "unknown registry: #{inspect(registry)}"
    else
      [{_, info}] -> info
      _ -> raise ArgumentError, "unknown registry: #{inspect(registry)}"
    end
  end

  defp keys_of!(registry, key, partitions), do: keys_of!(registry, hash(key, partitions))

  defp keys_of!(registry, partition) do
    [{_, {keys_table, _}}] = :ets.lookup(registry, partition)
    keys_table
  end

  defp pids_of!(registry, key, partitions), do: pids_of!(registry, hash(key, partitions))

  defp pids_of!(registry, partition) do
    [{_, {_, pids_table}}] = :ets.lookup(registry, partition)
    pids_table
  end

  defp held(ets, key) do
    try do
      case :ets.lookup(ets, key) do
        [{_, pair}] -> pair
        _ -> nil
      end
    catch
      :error, :badarg -> nil
    end
  end

  defp all_held(ets, key) do
    try do
      for {_, pair} <- :ets.lookup(ets, key), do: pair
    catch
      :error, :badarg -> []
    end
  end
end
