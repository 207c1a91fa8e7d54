defmodule Registry do
  @moduledoc "A local, partitioned store of processes by key."

  alias Registry.Layout

  @type registry :: atom
  @type keys :: :unique | :duplicate
  @type key :: term
  @type value :: term

  # --- start -----------------------------------------------------------------------------------

  def start_link(options) do
    check!(options[:keys] in [:unique, :duplicate], fn ->
      "expected :keys to be given and be one of :unique or :duplicate, got: #{inspect(options[:keys])}"
    end)

    check!(Keyword.has_key?(options, :name), fn -> "expected :name option to be present" end)
    checked!(options, :name, &is_atom/1, "an atom")
    meta = checked!(options, :meta, &Keyword.keyword?/1, "a keyword list", [])
    partitions = checked!(options, :partitions, &(is_integer(&1) and &1 > 0), "a positive integer", 1)
    listeners = checked!(options, :listeners, &atoms?/1, "a list of named processes", [])
    compressed = checked!(options, :compressed, &is_boolean/1, "a boolean", false)

    Registry.Supervisor.start_link(options[:name], %{
      kind: options[:keys],
      meta: meta,
      partitions: partitions,
      listeners: listeners,
      compressed: compressed
    })
  end

  @doc false
  @deprecated "Use Registry.start_link/1 instead"
  def start_link(keys, name, options \\ []) when is_atom(name),
    do: start_link([keys: keys, name: name] ++ options)

  defp checked!(options, option, good?, wanted, default \\ nil) do
    value = Keyword.get(options, option, default)
    check!(good?.(value), fn -> "expected #{inspect(option)} to be #{wanted}, got: #{inspect(value)}" end)
    value
  end

  defp check!(true, _message), do: :ok
  defp check!(false, message), do: raise(ArgumentError, message.())

  defp atoms?(list), do: is_list(list) and Enum.all?(list, &is_atom/1)

  def child_spec(options) do
    id = Keyword.get(options, :name, Registry)
    %{id: id, start: {Registry, :start_link, [options]}, type: :supervisor}
  end

  # --- registering -----------------------------------------------------------------------------

  def register(registry, key, value) when is_atom(registry) do
    layout = Layout.of!(registry)
    {table, {owner, notes}} = places(registry, layout, key)

    # The note comes first: whatever happens next, the end of this process cleans the key up.
    Process.link(owner)
    note = {self(), key, table, System.unique_integer()}
    :ets.insert(notes, note)

    case claim(Layout.kind(layout), table, key, {key, {self(), value}}) do
      :ok ->
        announce(layout, {:register, registry, key, self(), value})
        {:ok, owner}

      {:taken, pid} ->
        :ets.delete_object(notes, note)
        unlink_if_idle(owner, notes)
        {:error, {:already_registered, pid}}
    end
  end

  defp claim(:duplicate, table, _key, entry), do: :ets.insert(table, entry) && :ok

  defp claim(:unique, table, key, entry) do
    if :ets.insert_new(table, entry) do
      :ok
    else
      case :ets.lookup(table, key) do
        [{_, {pid, _}} = other] ->
          # One that is dead has only not been cleaned up yet.
          if Process.alive?(pid) do
            {:taken, pid}
          else
            :ets.delete_object(table, other)
            claim(:unique, table, key, entry)
          end

        [] ->
          claim(:unique, table, key, entry)
      end
    end
  end

  def unregister(registry, key) when is_atom(registry) do
    layout = Layout.of!(registry)
    {table, {owner, notes}} = places(registry, layout, key)
    :ets.match_delete(table, {key, {self(), :_}})
    :ets.match_delete(notes, {self(), key, table, :_})
    unlink_if_idle(owner, notes)
    announce(layout, {:unregister, registry, key, self()})
    :ok
  end

  def unregister_match(registry, key, pattern, guards \\ []) when is_list(guards) do
    layout = Layout.of!(registry)
    {table, {owner, notes}} = places(registry, layout, key)
    deleted = :ets.select_delete(table, [{{:_, {self(), pattern}}, [same_key(key) | guards], [true]}])

    if deleted > 0 do
      # As many notes go as entries have gone.
      for note <- Enum.take(:ets.match_object(notes, {self(), key, table, :_}), deleted),
          do: :ets.delete_object(notes, note)

      unlink_if_idle(owner, notes)


      if own_entries(table, key, self()) == [],
        do: announce(layout, {:unregister, registry, key, self()})
    end

    :ok
  end

  defp unlink_if_idle(owner, notes) do
    if not :ets.member(notes, self()), do: Process.unlink(owner)
  end

  defp announce(layout, event) do
    for listener <- Layout.listeners(layout), do: Kernel.send(listener, event)
  end

  # Where an entry of this process for the key stands: the key table, and the owner and table of its note.
  defp places(registry, layout, key) do
    {_, notes, owner} = own = Layout.part(registry, layout, self())

    table =
      case Layout.kind(layout) do
        :unique -> elem(Layout.part(registry, layout, key), 0)
        :duplicate -> elem(own, 0)
      end

    {table, {owner, notes}}
  end

  # --- looking up ------------------------------------------------------------------------------

  def lookup(registry, key) when is_atom(registry) do
    case Layout.of!(registry) do
      {:unique, _, _, _} = layout ->
        case Layout.holder(registry, layout, key) do
          nil -> []
          entry -> [entry]
        end

      layout ->
        Enum.flat_map(Layout.key_tables(registry, layout, key), &Layout.entries(&1, key))
    end
  end

  def dispatch(registry, key, receiver, options \\ [])
      when is_atom(registry) and (is_function(receiver, 1) or tuple_size(receiver) == 3) do
    found =
      for table <- Layout.key_tables(registry, Layout.of!(registry), key),
          [_ | _] = entries <- [Layout.entries(table, key)],
          do: entries

    case found do
      [_, _ | _] ->
        if options[:parallel],
          do: found |> Enum.map(&Task.async(fn -> hand_over(&1, receiver) end)) |> Task.await_many(:infinity),
          else: Enum.each(found, &hand_over(&1, receiver))

      _ ->
        Enum.each(found, &hand_over(&1, receiver))
    end

    :ok
  end

  defp hand_over(entries, {module, function, args}), do: apply(module, function, [entries | args])
  defp hand_over(entries, fun), do: fun.(entries)

  def values(registry, key, pid) when is_atom(registry) and is_pid(pid) do
    layout = Layout.of!(registry)

    # Duplicate keys stand where their process has its notes.
    {table, _, _} = Layout.part(registry, layout, if(Layout.kind(layout) == :unique, do: key, else: pid))
    own_entries(table, key, pid)
  end

  defp own_entries(table, key, pid), do: for({^pid, value} <- Layout.entries(table, key), do: value)

  def keys(registry, pid) when is_atom(registry) and is_pid(pid) do
    layout = Layout.of!(registry)
    {_, notes, _} = Layout.part(registry, layout, pid)
    noted = :ets.select(notes, [{{pid, :"$1", :"$2", :_}, [], [{{:"$1", :"$2"}}]}])

    # A unique key may meanwhile belong to another process.
    for {key, table} <- noted,
        Layout.kind(layout) == :duplicate or own_entries(table, key, pid) != [],
        do: key
  end

  def update_value(registry, key, callback) when is_atom(registry) and is_function(callback, 1) do
    layout = Layout.of!(registry)
    unique!(layout, fn kind -> "Registry.update_value/3 is not supported for #{kind} registries" end)
    [table] = Layout.key_tables(registry, layout, key)

    case own_entries(table, key, self()) do
      [old] ->
        new = callback.(old)
        :ets.insert(table, {key, {self(), new}})
        {new, old}

      [] ->
        :error
    end
  end

  defp unique!(layout, message) do
    kind = Layout.kind(layout)
    if kind != :unique, do: raise(ArgumentError, message.(kind)), else: layout
  end

  # --- match specifications --------------------------------------------------------------------

  def match(registry, key, pattern, guards \\ []) when is_atom(registry) and is_list(guards) do
    spec = [{{:_, {:_, pattern}}, [same_key(key) | guards], [{:element, 2, :"$_"}]}]
    tables = Layout.key_tables(registry, Layout.of!(registry), key)
    Enum.flat_map(tables, &:ets.select(&1, spec))
  end

  def count_match(registry, key, pattern, guards \\ []) when is_list(guards) do
    spec = [{{:_, {:_, pattern}}, [same_key(key) | guards], [true]}]
    tables = Layout.key_tables(registry, Layout.of!(registry), key)
    Enum.sum_by(tables, &:ets.select_count(&1, spec))
  end

  # Keys are equal as terms, while a pattern would read :_ or :"$1" in them.
  defp same_key(key), do: {:"=:=", {:element, 1, :"$_"}, {:const, key}}

  def select(registry, spec) when is_atom(registry) and is_list(spec) do
    spec = nested(spec, "select/2")
    Enum.flat_map(Layout.all_key_tables(registry), &:ets.select(&1, spec))
  end

  def count_select(registry, spec) when is_atom(registry) and is_list(spec) do
    spec = nested(spec, "count_select/2")
    Enum.sum_by(Layout.all_key_tables(registry), &:ets.select_count(&1, spec))
  end

  # Programs match {key, pid, value}; tables hold {key, {pid, value}}.
  defp nested(spec, function) do
    Enum.map(spec, fn
      {{key, pid, value}, guards, body} -> {{key, {pid, value}}, guards, body}
      _ -> raise ArgumentError, "invalid match specification in Registry.#{function}: #{inspect(spec)}"
    end)
  end

  def count(registry) when is_atom(registry),
    do: Enum.sum_by(Layout.all_key_tables(registry), &:ets.info(&1, :size))

  # --- metadata and locks ----------------------------------------------------------------------

  defguardp is_meta_key(key) when is_atom(key) or is_tuple(key)

  def meta(registry, key) when is_atom(registry) and is_meta_key(key) do
    case :ets.lookup(registry, key) do
      [{_, value}] -> {:ok, value}
      [] -> :error
    end
  rescue
    ArgumentError ->
      raise ArgumentError,
            "unknown registry: #{inspect(registry)}. Either the registry name is invalid or " <>
              "the registry is not running, possibly because its application isn't started"
  end

  def put_meta(registry, key, value) when is_atom(registry) and is_meta_key(key) do
    Layout.of!(registry)
    :ets.insert(registry, {key, value})
    :ok
  end

  def delete_meta(registry, key) when is_atom(registry) and is_meta_key(key) do
    Layout.of!(registry)
    :ets.delete(registry, key)
    :ok
  end

  def lock(registry, lock_key, function) when is_atom(registry) and is_function(function, 0) do
    Layout.of!(registry)
    id = {{Registry, registry, lock_key}, self()}
    :global.trans(id, function, [node()])
  end

  # --- {:via, Registry, …} -----------------------------------------------------------------------
  # The name is {registry, key} or {registry, key, value}.

  @doc false
  def whereis_name(name) do
    {registry, key, _} = whole(name)
    layout = unique!(Layout.of!(registry), fn kind -> ":via is not supported for #{kind} registries" end)

    case Layout.holder(registry, layout, key) do
      {pid, _} -> pid
      nil -> :undefined
    end
  end

  @doc false
  def register_name(name, pid) when pid == self() do
    {registry, key, value} = whole(name)
    if match?({:ok, _}, register(registry, key, value)), do: :yes, else: :no
  end

  @doc false
  def unregister_name(name) do
    {registry, key, _} = whole(name)
    unregister(registry, key)
  end

  @doc false
  def send(name, message) do
    {registry, key, _} = whole(name)

    case lookup(registry, key) do
      [{pid, _}] -> Kernel.send(pid, message)
      _ -> :erlang.error(:badarg, [{registry, key}, message])
    end
  end

  defp whole({registry, key}), do: {registry, key, nil}
  defp whole({_registry, _key, _value} = name), do: name
end
