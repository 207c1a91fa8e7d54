# Process groups of one node.
defmodule :pg do
  @moduledoc false

  def start_link, do: start_link(:pg)

  def start_link(scope) when :erlang.is_atom(scope),
    do: :gen_server.start_link({:local, scope}, :pg, scope, [])

  def start(scope), do: :gen_server.start({:local, scope}, :pg, scope, [])

  def join(group, pids), do: join(:pg, group, pids)
  def join(scope, group, pids), do: :gen_server.call(scope, {:join, group, list(pids)}, :infinity)
  def leave(group, pids), do: leave(:pg, group, pids)
  def leave(scope, group, pids), do: :gen_server.call(scope, {:leave, group, list(pids)}, :infinity)
  def get_members(group), do: get_members(:pg, group)
  def get_members(scope, group), do: :gen_server.call(scope, {:members, group}, :infinity)
  def get_local_members(group), do: get_members(:pg, group)
  def get_local_members(scope, group), do: get_members(scope, group)
  def which_groups, do: which_groups(:pg)
  def which_groups(scope), do: :gen_server.call(scope, :groups, :infinity)
  def which_local_groups, do: which_groups(:pg)
  def which_local_groups(scope), do: which_groups(scope)
  def monitor(group), do: monitor(:pg, group)
  def monitor(scope, group), do: :gen_server.call(scope, {:monitor, :erlang.self(), group}, :infinity)
  def monitor_scope, do: monitor_scope(:pg)
  def monitor_scope(scope), do: :gen_server.call(scope, {:monitor, :erlang.self(), :all}, :infinity)
  def demonitor(ref), do: demonitor(:pg, ref)
  def demonitor(scope, ref), do: :gen_server.call(scope, {:demonitor, ref}, :infinity)

  defp list(pids) when :erlang.is_list(pids), do: pids
  defp list(pid), do: [pid]

  # groups: group => pids, newest first; monitors: pid => monitor; watchers: ref => {pid, group | :all}
  def init(_scope), do: {:ok, %{groups: %{}, monitors: %{}, watchers: %{}}}

  def handle_call({:join, group, pids}, _from, s) do
    members = :maps.get(group, s.groups, [])
    groups = :maps.put(group, :lists.reverse(pids) ++ members, s.groups)

    monitors =
      :lists.foldl(
        fn pid, acc ->
          case acc do
            %{^pid => _} -> acc
            _ -> :maps.put(pid, :erlang.monitor(:process, pid), acc)
          end
        end,
        s.monitors,
        pids
      )

    tell(s, :join, group, pids)
    {:reply, :ok, %{s | groups: groups, monitors: monitors}}
  end

  def handle_call({:leave, group, pids}, _from, s) do
    members = :maps.get(group, s.groups, [])

    case members -- pids do
      ^members ->
        {:reply, :not_joined, s}

      left ->
        tell(s, :leave, group, pids)
        {:reply, :ok, %{s | groups: put(group, left, s.groups)}}
    end
  end

  def handle_call({:members, group}, _from, s), do: {:reply, :maps.get(group, s.groups, []), s}
  def handle_call(:groups, _from, s), do: {:reply, :maps.keys(s.groups), s}

  def handle_call({:monitor, pid, group}, _from, s) do
    ref = :erlang.monitor(:process, pid)
    known = if group == :all, do: s.groups, else: :maps.get(group, s.groups, [])
    {:reply, {ref, known}, %{s | watchers: :maps.put(ref, {pid, group}, s.watchers)}}
  end

  def handle_call({:demonitor, ref}, _from, s) do
    :erlang.demonitor(ref, [:flush])
    {:reply, :ok, %{s | watchers: :maps.remove(ref, s.watchers)}}
  end

  def handle_cast(_, s), do: {:noreply, s}

  def handle_info({:DOWN, ref, _, pid, _}, s) do
    case s.watchers do
      %{^ref => _} ->
        {:noreply, %{s | watchers: :maps.remove(ref, s.watchers)}}

      _ ->
        groups =
          :maps.fold(
            fn group, members, acc ->
              case :lists.member(pid, members) do
                true ->
                  tell(s, :leave, group, [pid])
                  put(group, :lists.filter(fn p -> p != pid end, members), acc)

                false ->
                  acc
              end
            end,
            s.groups,
            s.groups
          )

        {:noreply, %{s | groups: groups, monitors: :maps.remove(pid, s.monitors)}}
    end
  end

  def handle_info(_, s), do: {:noreply, s}

  defp put(group, [], groups), do: :maps.remove(group, groups)
  defp put(group, members, groups), do: :maps.put(group, members, groups)

  defp tell(s, what, group, pids) do
    for {ref, {pid, watched}} <- :maps.to_list(s.watchers), watched == :all or watched == group do
      :erlang.send(pid, {ref, what, group, pids})
    end
  end
end
