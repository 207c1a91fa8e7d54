defmodule List.Myers do
  @moduledoc false
  # The greedy algorithm of E. Myers (Algorithmica 1, 1986).
  # A path is {y, rest of list 1, rest of list 2, edits so far}; all paths of one
  # envelope have the same number of edits and stand on neighbouring diagonals.

  def difference(list1, list2, diff_script) do
    search(0, length(list1) + length(list2), [along({0, list1, list2, []})], diff_script)
  end

  defp search(envelope, max, paths, diff_script) do
    case step(-envelope, envelope, paths, [], diff_script) do
      {:done, edits} -> edits |> Enum.reverse() |> runs()
      {:next, next} when envelope < max -> search(envelope + 1, max, next, diff_script)
    end
  end

  defp step(diagonal, limit, paths, next, diff_script) when diagonal <= limit do
    {path, rest} = reach(diagonal, limit, paths, diff_script)

    case along(path) do
      {_, [], [], edits} -> {:done, edits}
      path -> step(diagonal + 2, limit, rest, [path | next], diff_script)
    end
  end

  defp step(_diagonal, _limit, _paths, next, _diff_script), do: {:next, :lists.reverse(next)}

  # The farthest path of a diagonal comes from one of its neighbours, of which there is but one at either end.
  defp reach(0, 0, [path], _script), do: {path, []}

  defp reach(diagonal, limit, [left | rest] = paths, script) do
    cond do
      diagonal == -limit -> {move(:del, left, script), paths}
      rest == [] or elem(left, 0) > elem(hd(rest), 0) -> {move(:ins, left, script), rest}
      true -> {move(:del, hd(rest), script), rest}
    end
  end

  # With a script between two elements they are passed both at once.
  defp move(kind, {y, [old | olds], [new | news], edits} = path, script) when script != nil do
    case script.(old, new) do
      none when none in [nil, false] -> move(kind, path, nil)
      diff -> {y + 1, olds, news, [{:diff, diff} | edits]}
    end
  end

  defp move(:ins, {y, list1, list2, edits}, _script) do
    {passed, list2} = Enum.split(list2, 1)
    {y, list1, list2, noted(:ins, passed, edits)}
  end

  defp move(:del, {y, list1, list2, edits}, _script) do
    {passed, list1} = Enum.split(list1, 1)
    {y + 1, list1, list2, noted(:del, passed, edits)}
  end

  defp noted(kind, passed, edits), do: for(element <- passed, do: {kind, element}) ++ edits

  # What both lists have costs nothing.
  defp along({y, [same | list1], [same | list2], edits}), do: along({y + 1, list1, list2, [{:eq, same} | edits]})
  defp along(path), do: path

  defp runs(edits) do
    edits
    |> Enum.chunk_by(&elem(&1, 0))
    |> Enum.flat_map(fn
      [{:diff, _} | _] = diffs -> diffs
      [{kind, _} | _] = run -> [{kind, Enum.map(run, &elem(&1, 1))}]
    end)
  end
end
