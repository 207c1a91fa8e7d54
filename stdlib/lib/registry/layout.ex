defmodule Registry.Layout do
  @moduledoc false
  # Where a registry keeps what.
  #
  # The table named after the registry holds the layout, {-1, {kind, partitions, part, listeners}}; for more
  # than one partition the parts themselves under 0, 1, …; and the program's metadata under atoms and tuples.
  # A part is {key table, note table, owner}: key tables hold {key, {pid, value}}, note tables hold
  # {pid, key, key table, unique integer} for the owner, who cleans up after processes that end.
  #
  # A unique key stands in the part of the key, a duplicate one in that of its process.

  @layout -1

  def create(registry, %{kind: kind, partitions: n, listeners: listeners, meta: meta}) do
    :ets.new(registry, [:set, :public, :named_table, read_concurrency: true])
    :ets.insert(registry, [{@layout, {kind, n, nil, listeners}} | meta])
  end

  def add_part(registry, index, part) do
    case of!(registry) do
      {kind, 1, _, listeners} -> :ets.insert(registry, {@layout, {kind, 1, part, listeners}})
      _ -> :ets.insert(registry, {index, part})
    end
  end

  def of!(registry) do
    case :ets.lookup(registry, @layout) do
      [{_, layout}] -> layout
      [] -> unknown!(registry)
    end
  catch
    :error, :badarg -> unknown!(registry)
  end

  defp unknown!(registry), do: raise(ArgumentError, "unknown registry: #{inspect(registry)}")

  def kind({kind, _, _, _}), do: kind
  def listeners({_, _, _, listeners}), do: listeners

  # The part that a key or a process belongs to.
  def part(_registry, {_, 1, part, _}, _term), do: part
  def part(registry, {_, n, _, _}, term), do: :ets.lookup_element(registry, :erlang.phash2(term, n), 2)

  # The tables in which entries of a key may stand.
  def key_tables(_registry, {_, 1, {table, _, _}, _}, _key), do: [table]
  def key_tables(registry, {:unique, _, _, _} = layout, key), do: [elem(part(registry, layout, key), 0)]
  def key_tables(registry, {:duplicate, _, _, _}, _key), do: all_key_tables(registry)

  def all_key_tables(registry) do
    case of!(registry) do
      {_, 1, {table, _, _}, _} -> [table]
      {_, n, _, _} -> for index <- 0..(n - 1), do: elem(:ets.lookup_element(registry, index, 2), 0)
    end
  end

  # {pid, value} of all entries of a key; none if the table has just gone with its owner.
  def entries(table, key) do
    for {_, entry} <- :ets.lookup(table, key), do: entry
  catch
    :error, :badarg -> []
  end

  # The one entry of a unique key, if its process is alive.
  def holder(registry, layout, key) do
    {table, _, _} = part(registry, layout, key)

    case :ets.lookup(table, key) do
      [{_, {pid, _} = entry}] -> if Process.alive?(pid), do: entry
      [] -> nil
    end
  catch
    :error, :badarg -> nil
  end
end
