defmodule List.Myers do
  @moduledoc false
  # E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986.
  # A path is {y, rest of list 1, rest of list 2, edits so far}; all paths of one
  # envelope have the same number of edits and stand on neighbouring diagonals.

  def difference(list1, list2, diff_script) do
    path = follow({0, list1, list2, []})
    search(0, length(list1) + length(list2), [path], diff_script)
  end

  defp search(envelope, max, paths, diff_script) do
    case step(-envelope, envelope, paths, [], diff_script) do
      {:done, edits} -> compact(edits, [])
      {:next, next} when envelope < max -> search(envelope + 1, max, next, diff_script)
    end
  end

  defp step(diagonal, limit, paths, next, diff_script) when diagonal <= limit do
    {path, rest} = proceed(diagonal, limit, paths, diff_script)

    case follow(path) do
      {_, [], [], edits} -> {:done, edits}
      path -> step(diagonal + 2, limit, rest, [path | next], diff_script)
    end
  end

  defp step(_diagonal, _limit, _paths, next, _diff_script), do: {:next, :lists.reverse(next)}

  defp proceed(0, 0, [path], _script), do: {path, []}

  defp proceed(diagonal, limit, [path | _] = paths, script) when diagonal == -limit do
    {down(path, script), paths}
  end

  defp proceed(diagonal, limit, [path], script) when diagonal == limit do
    {right(path, script), []}
  end

  defp proceed(_diagonal, _limit, [path1, path2 | rest], script) do
    if elem(path1, 0) > elem(path2, 0),
      do: {right(path1, script), [path2 | rest]},
      else: {down(path2, script), [path2 | rest]}
  end

  defp right(path, nil), do: insert(path)
  defp right(path, script), do: pair(path, script) || insert(path)

  defp insert({y, list1, [elem | rest], edits}), do: {y, list1, rest, [{:ins, elem} | edits]}
  defp insert({y, list1, [], edits}), do: {y, list1, [], edits}

  defp down(path, nil), do: delete(path)
  defp down(path, script), do: pair(path, script) || delete(path)

  defp delete({y, [elem | rest], list2, edits}), do: {y + 1, rest, list2, [{:del, elem} | edits]}
  defp delete({y, [], list2, edits}), do: {y + 1, [], list2, edits}

  # An element of each list at once, when the caller has a script between the two.
  defp pair({y, [elem1 | rest1], [elem2 | rest2], edits}, script) do
    if diff = script.(elem1, elem2), do: {y + 1, rest1, rest2, [{:diff, diff} | edits]}
  end

  defp pair(_path, _script), do: nil

  defp follow({y, [elem | rest1], [elem | rest2], edits}), do: follow({y + 1, rest1, rest2, [{:eq, elem} | edits]})
  defp follow(path), do: path

  defp compact([], acc), do: acc
  defp compact([{:diff, _} = diff | rest], acc), do: compact(rest, [diff | acc])
  defp compact([{kind, elem} | rest], [{kind, run} | acc]), do: compact(rest, [{kind, [elem | run]} | acc])
  defp compact([{kind, elem} | rest], acc), do: compact(rest, [{kind, [elem]} | acc])
end
