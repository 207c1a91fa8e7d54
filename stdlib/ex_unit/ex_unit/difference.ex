defmodule ExUnit.Difference do
  @moduledoc false
  # How the two sides of an assertion differ. Comparing gives `{equal?, left, right}`, where the sides are nodes: trees
  # like the terms themselves in which what differs is marked. `ExUnit.Difference.Node` says what a node is and writes
  # it; `ExUnit.Difference.Match` compares where the left side is a pattern.

  import Inspect.Algebra, only: [concat: 1]
  alias ExUnit.Difference.{Match, Node, Text}

  # Lists that differ in more places are compared element by element: looking further would take too long.
  @most_changes 200

  @doc "Both sides as text, at most `width` wide, with differences dressed by the styler."
  def sides(left, right, context, width, styler) do
    {_equal?, left, right} =
      case context do
        {:match, pins} -> Match.compare(left, right, pins)
        :=== -> values(left, right, &===/2)
        _ -> values(left, right, &==/2)
      end

    {Node.write(left, :delete, width, styler), Node.write(right, :insert, width, styler)}
  end

  @doc "A document between escapes, which take no room."
  def painted(doc, escape), do: concat([{:doc_string, escape, 0}, doc, {:doc_string, IO.ANSI.reset(), 0}])

  @doc "Compares two terms; `same?` says when they are equal."
  def values(left, right, same?) do
    if same?.(left, right),
      do: {true, Node.new(left), Node.new(right)},
      else: unequal(left, right, same?)
  end

  defp unequal(left, right, _same?) when is_binary(left) and is_binary(right) do
    Text.compare(left, right, {~s("), ~s(")})
  end

  defp unequal(left, right, _same?)
       when is_number(left) and is_number(right) do
    Text.compare_plain(inspect(left), inspect(right))
  end

  defp unequal(left, right, same?) when is_list(left) and is_list(right) do
    if List.ascii_printable?(left) and List.ascii_printable?(right) do
      Text.compare(List.to_string(left), List.to_string(right), {~s(~c"), ~s(")})
    else
      lists(left, right, same?)
    end
  end

  defp unequal(left, right, same?) when is_tuple(left) and is_tuple(right) do
    {_, lefts, rights} = in_place(Tuple.to_list(left), Tuple.to_list(right), &values(&1, &2, same?))
    {false, {:tuple, lefts}, {:tuple, rights}}
  end

  defp unequal(%module{} = left, %_{} = right, same?) do
    if Inspect.impl_for(left) == Inspect.Any do
      maps(left, right, same?)
    else
      case {inspect(left), inspect(right)} do
        # They look the same, so that it is inside that they differ.
        {text, text} when right.__struct__ == module -> maps(left, right, same?)
        {left, right} -> Text.compare_plain(left, right)
      end
    end
  end

  defp unequal(left, right, same?) when is_map(left) and is_map(right), do: maps(left, right, same?)
  defp unequal(left, right, _same?), do: {false, Node.marked(left), Node.marked(right)}

  # --- lists -----------------------------------------------------------------------------------

  defp lists(left, right, same?) do
    {lefts, left_tail} = Node.parts(left)
    {rights, right_tail} = Node.parts(right)
    {_, lefts, rights} = align(lefts, rights, &values(&1, &2, same?), &Node.marked/1)

    {_, left_tail, right_tail} =
      case {left_tail, right_tail} do
        {[], []} -> {true, nil, nil}
        {[], tail} -> {false, nil, Node.marked(tail)}
        {tail, []} -> {false, Node.marked(tail), nil}
        {tail, other} -> values(tail, other, same?)
      end

    {false, {:list, lefts, left_tail}, {:list, rights, right_tail}}
  end

  @doc """
  Finds which elements of two lists belong together, with as few additions and removals as it can.

  `compare` compares two elements; `alone` makes the node of a left element that has no counterpart. A way is at its end
  when the left list is, or when as many right elements are used up as the left list has. What remains has no
  counterpart. Of equally short ways that one is taken which finds most, and then that which removes first. Elements
  that were removed and added at the same place are compared with each other.
  """
  def align(lefts, rights, compare, alone) do
    goal = length(lefts)
    start = follow({lefts, rights, 0, 0, []}, goal, compare)

    case search([start], MapSet.new(), goal, compare, @most_changes) do
      nil ->
        in_place(lefts, rights, compare)

      {lefts, rights, _gone, _used, steps} ->
        # What remains on the right belongs to what was removed last, but only where nothing remains on the left.
        {rest, rights} =
          if lefts == [],
            do: {Enum.map(rights, &{:added, &1}), []},
            else: {Enum.map(lefts, &{:removed, &1}), rights}

        {left_nodes, right_nodes, equal?} = steps |> Enum.reverse(rest) |> nodes(compare, alone)
        {equal? and rights == [], left_nodes, right_nodes ++ Enum.map(rights, &Node.marked/1)}
    end
  end

  # All ways with one step more than those before, until one comes to its end.
  defp search(_ways, _seen, _goal, _compare, 0), do: nil

  defp search(ways, seen, goal, compare, changes) do
    case Enum.filter(ways, fn {_, _, gone, used, _} -> gone >= goal or used >= goal end) do
      [] ->
        {ways, seen} =
          Enum.flat_map_reduce(ways, seen, fn way, seen ->
            way
            |> steps()
            |> Enum.map(&follow(&1, goal, compare))
            |> Enum.flat_map_reduce(seen, fn {_, _, gone, used, _} = way, seen ->
              # Two ways that are equally far in both lists have the same future.
              if {gone, used} in seen, do: {[], seen}, else: {[way], MapSet.put(seen, {gone, used})}
            end)
          end)

        search(ways, seen, goal, compare, changes - 1)

      done ->
        Enum.max_by(done, fn {_, _, _, _, steps} -> Enum.count(steps, &(elem(&1, 0) == :same)) end)
    end
  end

  defp steps({[left | lefts], [], gone, used, steps}), do: [{lefts, [], gone + 1, used, [{:removed, left} | steps]}]

  defp steps({[left | lefts], [right | rights], gone, used, steps}) do
    [
      {lefts, [right | rights], gone + 1, used, [{:removed, left} | steps]},
      {[left | lefts], rights, gone, used + 1, [{:added, right} | steps]}
    ]
  end

  defp follow({[left | lefts], [right | rights], gone, used, steps} = way, goal, compare) when used < goal do
    case compare.(left, right) do
      {true, left, right} -> follow({lefts, rights, gone + 1, used + 1, [{:same, left, right} | steps]}, goal, compare)
      _ -> way
    end
  end

  defp follow(way, _goal, _compare), do: way

  defp nodes(steps, compare, alone) do
    {left_nodes, right_nodes} =
      steps
      |> Enum.chunk_by(&(elem(&1, 0) == :same))
      |> Enum.map(fn
        [{:same, _, _} | _] = chunk ->
          {for({_, left, _} <- chunk, do: left), for({_, _, right} <- chunk, do: right)}

        chunk ->
          paired(for({:removed, left} <- chunk, do: left), for({:added, right} <- chunk, do: right), compare, alone)
      end)
      |> Enum.unzip()

    {Enum.concat(left_nodes), Enum.concat(right_nodes), Enum.all?(steps, &(elem(&1, 0) == :same))}
  end

  defp paired([left | lefts], [right | rights], compare, alone) do
    {_, left, right} = compare.(left, right)
    {left_nodes, right_nodes} = paired(lefts, rights, compare, alone)
    {[left | left_nodes], [right | right_nodes]}
  end

  defp paired(lefts, rights, _compare, alone), do: {Enum.map(lefts, alone), Enum.map(rights, &Node.marked/1)}

  @doc "Compares elements one by one; what is left over is marked."
  def in_place(lefts, rights, compare), do: in_place(lefts, rights, compare, {true, [], []})

  defp in_place([left | lefts], [right | rights], compare, {equal?, left_nodes, right_nodes}) do
    {same?, left, right} = compare.(left, right)
    in_place(lefts, rights, compare, {equal? and same?, [left | left_nodes], [right | right_nodes]})
  end

  defp in_place(lefts, rights, _compare, {equal?, left_nodes, right_nodes}) do
    {equal? and lefts == [] and rights == [], Enum.reverse(left_nodes, Enum.map(lefts, &Node.marked/1)),
     Enum.reverse(right_nodes, Enum.map(rights, &Node.marked/1))}
  end

  # --- maps ------------------------------------------------------------------------------------

  defp maps(left, right, same?) do
    left_name = Map.get(left, :__struct__)
    right_name = Map.get(right, :__struct__)
    left = if left_name, do: Map.from_struct(left), else: left
    right = if right_name, do: Map.from_struct(right), else: right
    {common, left_only} = left |> Map.keys() |> Enum.sort() |> Enum.split_with(&Map.has_key?(right, &1))
    right_only = right |> Map.keys() |> Enum.sort() |> Enum.reject(&Map.has_key?(left, &1))

    {left_pairs, right_pairs} =
      common
      |> Enum.map(fn key ->
        {_, left, right} = values(Map.fetch!(left, key), Map.fetch!(right, key), same?)
        {{Node.new(key), left}, {Node.new(key), right}}
      end)
      |> Enum.unzip()

    {false, {:map, name(left_name, right_name), left_pairs ++ lone_pairs(left, left_only)},
     {:map, name(right_name, left_name), right_pairs ++ lone_pairs(right, right_only)}}
  end

  defp name(nil, _other), do: nil
  defp name(name, name), do: Node.new(name)
  defp name(name, _other), do: Node.marked(name)

  defp lone_pairs(map, keys) do
    for key <- keys, do: {:mark, {Node.new(key), {:term, Map.fetch!(map, key)}}}
  end
end
