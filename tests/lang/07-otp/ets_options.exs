# Tables with every kind of concurrency option do the same as a model, and operations on them are exact when
# processes run them side by side.
defmodule EtsOptions do
  @options [
    [],
    [read_concurrency: true],
    [write_concurrency: true],
    [write_concurrency: :auto, read_concurrency: true, decentralized_counters: true]
  ]

  # A generator of its own, so that every run sees the same operations.
  defp random(seed, n), do: {rem(div(seed, 65_536), n), rem(seed * 1_103_515_245 + 12_345, 2_147_483_648)}

  defp key(seed, kinds) do
    {kind, seed} = random(seed, kinds)
    {n, seed} = random(seed, 3000)

    key =
      case kind do
        0 -> n
        1 -> {n, :part}
        2 -> "key #{n}"
        3 -> [n, :list, n * 1.5]
      end

    {key, seed}
  end

  def set(kind, options) do
    table = :ets.new(:model, [kind, :public | options])

    {model, _} =
      Enum.reduce(1..20_000, {%{}, 42}, fn i, {model, seed} ->
        {key, seed} = key(seed, 4)
        {what, seed} = random(seed, 10)

        model =
          case what do
            n when n < 4 ->
              true = :ets.insert(table, {key, i, "value"})
              Map.put(model, key, {key, i, "value"})

            4 ->
              true = :ets.insert_new(table, {key, i, nil}) == not Map.has_key?(model, key)
              Map.put_new(model, key, {key, i, nil})

            5 ->
              [] = Enum.to_list(:ets.lookup(table, key)) -- Enum.filter([model[key]], & &1)
              model

            6 ->
              true = :ets.delete(table, key)
              Map.delete(model, key)

            7 ->
              n = :ets.update_counter(table, key, {2, 3}, {key, 10, :new})
              row = Map.get(model, key, {key, 10, :new})
              ^n = elem(row, 1) + 3
              Map.put(model, key, put_elem(row, 1, n))

            8 ->
              true = :ets.update_element(table, key, {3, [i]}) == Map.has_key?(model, key)
              if row = model[key], do: Map.put(model, key, put_elem(row, 2, [i])), else: model

            9 ->
              ^model = model
              true = Enum.filter([model[key]], & &1) == :ets.take(table, key)
              Map.delete(model, key)
          end

        {model, seed}
      end)

    rows = model |> Map.values() |> Enum.sort()
    true = rows == Enum.sort(:ets.tab2list(table))
    true = length(rows) == :ets.info(table, :size)
    true = Enum.sort(walk(table, :ets.first(table), [])) == Enum.sort(Map.keys(model))
    true = Enum.sort(chunks(:ets.select(table, [{:"$1", [], [:"$1"]}], 7), [])) == rows
    if kind == :ordered_set, do: ordered(table, rows)
    counted = :ets.select_count(table, [{{:_, :"$1", :_}, [{:>, :"$1", 10_000}], [true]}])
    ^counted = :ets.select_delete(table, [{{:_, :"$1", :_}, [{:>, :"$1", 10_000}], [true]}])
    left = for {_, n, _} = row <- rows, n <= 10_000, do: row
    true = left == Enum.sort(:ets.tab2list(table))
    replaced = :ets.select_replace(table, [{{:"$1", :"$2", :_}, [], [{{:"$1", {:+, :"$2", 1}, :same}}]}])
    true = replaced == length(left)
    true = Enum.sum_by(left, &elem(&1, 1)) + replaced == :ets.foldl(fn {_, n, :same}, sum -> sum + n end, 0, table)
    :ets.delete_all_objects(table)
    [] = :ets.tab2list(table)
    {length(rows), counted, replaced}
  end

  defp ordered(table, rows) do
    ^rows = :ets.tab2list(table)
    true = Enum.reverse(rows) == backwards(table, :ets.last(table), []) |> Enum.map(&hd(:ets.lookup(table, &1)))
    true = Enum.reverse(rows) == chunks(:ets.select_reverse(table, [{:"$1", [], [:"$1"]}], 11), [])
    part = for {{7, :part}, _, _} = row <- rows, do: row
    ^part = :ets.match_object(table, {{7, :_}, :_, :_})
    {key, _, _} = Enum.at(rows, 100)
    {next, _, _} = Enum.at(rows, 101)
    ^next = :ets.next(table, key)
    ^key = :ets.prev(table, next)
  end

  defp walk(_table, :"$end_of_table", keys), do: keys
  defp walk(table, key, keys), do: walk(table, :ets.next(table, key), [key | keys])
  defp backwards(_table, :"$end_of_table", keys), do: Enum.reverse(keys)
  defp backwards(table, key, keys), do: backwards(table, :ets.prev(table, key), [key | keys])

  defp chunks(:"$end_of_table", rows), do: rows |> Enum.reverse() |> Enum.concat()
  defp chunks({rows, more}, all), do: chunks(:ets.select(more), [rows | all])

  def bag(kind, options) do
    table = :ets.new(:model, [kind, :public | options])
    rows = for i <- 1..5000, do: {rem(i * 7, 40), rem(i, 60)}
    true = Enum.all?(rows, &:ets.insert(table, &1))
    kept = if kind == :bag, do: Enum.uniq(rows), else: rows
    true = Enum.sort(kept) == Enum.sort(:ets.tab2list(table))
    for key <- 0..39, do: true = :ets.lookup(table, key) == for({^key, _} = row <- kept, do: row)
    taken = :ets.take(table, 3)
    true = taken == for({3, _} = row <- kept, do: row)
    :ets.delete_object(table, {4, 32})
    rest = for {key, n} = row <- kept, key != 3, {key, n} != {4, 32}, do: row
    true = Enum.sort(rest) == Enum.sort(:ets.tab2list(table))
    {length(kept), length(taken), length(rest)}
  end

  # Processes side by side: no increment is lost, of all who want a key one gets it, lists come whole.
  def beside(kind, options) do
    table = :ets.new(:shared, [kind, :public | options])

    won =
      1..4
      |> Enum.map(fn me ->
        Task.async(fn ->
          for i <- 1..4000, do: :ets.update_counter(table, rem(i, 50), 1, {rem(i, 50), 0})
          won = Enum.count(1..4000, fn i -> :ets.insert_new(table, {{:key, i}, me}) end)
          pairs = Enum.count(1..1000, fn i -> :ets.insert_new(table, [{{:left, i}, me}, {{:right, i}, me}]) end)
          for i <- 1..500, do: :ets.delete(table, {:gone, i * 4 + me})
          {won, pairs}
        end)
      end)
      |> Task.await_many(:infinity)

    {Enum.sum_by(0..49, &:ets.lookup_element(table, &1, 2)), Enum.sum_by(won, &elem(&1, 0)), Enum.sum_by(won, &elem(&1, 1)),
     Enum.all?(1..1000, &(:ets.lookup_element(table, {:left, &1}, 2) == :ets.lookup_element(table, {:right, &1}, 2)))}
  end

  # A traversal beside writers shows every row that stays, once.
  def traversal(kind, options) do
    table = :ets.new(:shared, [kind, :public | options])
    for i <- 1..3000, do: :ets.insert(table, {{:stays, i}, i})
    parent = self()

    writer =
      spawn_link(fn ->
        for i <- 1..20_000 do
          :ets.insert(table, {{:comes, i}, i})
          if i > 100, do: :ets.delete(table, {:comes, i - 100})
        end

        send(parent, :written)
      end)

    seen =
      for _ <- 1..10 do
        :ets.safe_fixtable(table, true)
        keys = for {:stays, i} <- walk(table, :ets.first(table), []), do: i
        rows = for {{:stays, i}, i} <- chunks(:ets.select(table, [{:"$1", [], [:"$1"]}], 50), []), do: i
        :ets.safe_fixtable(table, false)
        {Enum.sort(keys) == Enum.to_list(1..3000), Enum.sort(rows) == Enum.to_list(1..3000)}
      end

    receive(do: (:written -> :ok))
    {is_pid(writer), Enum.uniq(seen), :ets.info(table, :size)}
  end

  def main do
    for kind <- [:set, :ordered_set], options <- @options, do: IO.inspect({kind, set(kind, options)})
    for kind <- [:bag, :duplicate_bag], options <- @options, do: IO.inspect({kind, bag(kind, options)})
    for kind <- [:set, :ordered_set], options <- @options, do: IO.inspect({kind, beside(kind, options), traversal(kind, options)})
  end
end

EtsOptions.main()
