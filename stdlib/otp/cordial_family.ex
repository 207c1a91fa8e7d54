# The children of a supervisor in the order of their start, found by id and by process.
defmodule :cordial_family do
  @moduledoc false
  require :cordial_child
  import :cordial_child, only: [child: 1]

  # {ids, the newest first; id => child; pid => id}

  def new(children), do: :lists.foldl(&put/2, {[], %{}, %{}}, children)

  @doc """
  Puts a child in the place of the one with its id, or at the end.
  """
  def put(child(id: id, pid: pid) = child, {ids, children, pids}) do
    pids =
      case children do
        %{^id => child(pid: ^pid)} -> pids
        %{^id => child(pid: old)} -> :maps.remove(old, pids)
        _ -> pids
      end

    ids = if :erlang.is_map_key(id, children), do: ids, else: [id | ids]
    pids = if :erlang.is_pid(pid), do: :maps.put(pid, id, pids), else: pids
    {ids, :maps.put(id, child, children), pids}
  end

  def drop(id, {ids, children, pids}) do
    child(pid: pid) = :erlang.map_get(id, children)
    {:lists.delete(id, ids), :maps.remove(id, children), :maps.remove(pid, pids)}
  end

  @doc """
  The child with an id, or `:none`.
  """
  def get(id, {_, children, _}), do: :maps.get(id, children, :none)

  @doc """
  The child that is a process, or `:none`.
  """
  def by_pid(pid, {_, children, pids}) do
    case pids do
      %{^pid => id} -> :erlang.map_get(id, children)
      _ -> :none
    end
  end

  def oldest_first(family), do: :lists.reverse(newest_first(family))
  def newest_first({ids, children, _}), do: :lists.map(fn id -> :erlang.map_get(id, children) end, ids)

  @doc """
  A child and all that started after it, the oldest first.
  """
  def from(id, {ids, children, _}) do
    {younger, _} = :lists.splitwith(fn other -> other != id end, ids)
    :lists.map(fn id -> :erlang.map_get(id, children) end, [id | :lists.reverse(younger)])
  end
end
