defmodule :digraph_utils do
  @moduledoc false
  # Algorithms on `:digraph`'s graphs, all on one depth-first walk.

  def components(graph), do: forest(graph, &around/3, :digraph.vertices(graph))

  def strong_components(graph), do: forest(graph, &inward/3, reverse_postorder(graph))

  def cyclic_strong_components(graph),
    do: :lists.filter(fn component -> cyclic?(component, graph) end, strong_components(graph))

  defp cyclic?([vertex], graph), do: loop?(graph, vertex)
  defp cyclic?(_, _), do: true

  defp loop?(graph, vertex), do: :lists.member(vertex, :digraph.out_neighbours(graph, vertex))

  def reachable(vertices, graph) when is_list(vertices), do: :lists.append(forest(graph, &outward/3, vertices))

  def reachable_neighbours(vertices, graph) when is_list(vertices),
    do: :lists.append(beyond(graph, &outward/3, vertices))

  def reaching(vertices, graph) when is_list(vertices), do: :lists.append(forest(graph, &inward/3, vertices))

  def reaching_neighbours(vertices, graph) when is_list(vertices),
    do: :lists.append(beyond(graph, &inward/3, vertices))

  def topsort(graph) do
    order = reverse_postorder(graph)
    single = length(forest(graph, &inward/3, order)) == length(order)
    if single and loop_vertices(graph) == [], do: order, else: false
  end

  def is_acyclic(graph), do: loop_vertices(graph) == [] and topsort(graph) != false

  def arborescence_root(graph) do
    if :digraph.no_edges(graph) == :digraph.no_vertices(graph) - 1,
      do: root(:digraph.vertices(graph), graph, :no),
      else: :no
  end

  defp root([], _, found), do: found

  defp root([vertex | rest], graph, found) do
    case :digraph.in_degree(graph, vertex) do
      1 -> root(rest, graph, found)
      0 when found == :no -> root(rest, graph, {:yes, vertex})
      _ -> :no
    end
  end

  def is_arborescence(graph), do: arborescence_root(graph) != :no

  def is_tree(graph),
    do: :digraph.no_edges(graph) == :digraph.no_vertices(graph) - 1 and length(components(graph)) == 1

  def loop_vertices(graph), do: :lists.filter(&loop?(graph, &1), :digraph.vertices(graph))

  def preorder(graph), do: :lists.reverse(:lists.append(forest(graph, &outward/3, :digraph.vertices(graph))))

  def postorder(graph), do: :lists.reverse(reverse_postorder(graph))

  def subgraph(graph, vertices), do: subgraph(graph, vertices, [])

  def subgraph(graph, vertices, options) do
    {type, labels} = options(options, {:inherit, true})
    [cyclicity: cyclicity, memory: _, protection: protection] = :digraph.info(graph)
    sub = :digraph.new(if type == :inherit, do: [cyclicity, protection], else: type)

    :lists.foreach(
      fn vertex ->
        case :digraph.vertex(graph, vertex) do
          false -> :ok
          {_, label} -> :digraph.add_vertex(sub, vertex, if(labels, do: label, else: []))
        end
      end,
      vertices
    )

    :lists.foreach(
      fn vertex ->
        :lists.foreach(
          fn edge ->
            {_, from, to, label} = :digraph.edge(graph, edge)

            if :digraph.vertex(sub, to) != false,
              do: :digraph.add_edge(sub, edge, from, to, if(labels, do: label, else: []))
          end,
          :digraph.out_edges(graph, vertex)
        )
      end,
      :digraph.vertices(sub)
    )

    sub
  end

  defp options([], acc), do: acc
  defp options([{:type, type} | rest], {_, labels}) when type == :inherit or is_list(type), do: options(rest, {type, labels})
  defp options([{:keep_labels, labels} | rest], {type, _}) when is_boolean(labels), do: options(rest, {type, labels})
  defp options(_, _), do: :erlang.error(:badarg)

  def condensation(graph) do
    components = strong_components(graph)

    home =
      :maps.from_list(:lists.flatmap(fn component -> :lists.map(&{&1, component}, component) end, components))

    condensed = :digraph.new()
    :lists.foreach(&:digraph.add_vertex(condensed, &1), components)

    :lists.foreach(
      fn component ->
        targets = :lists.flatmap(&:digraph.out_neighbours(graph, &1), component)
        homes = :lists.usort(:lists.map(&:maps.get(&1, home), targets))
        :lists.foreach(&:digraph.add_edge(condensed, component, &1), homes)
      end,
      components
    )

    condensed
  end

  # The walk: a list of the trees met from each start, the last one first, each with its last vertex first.

  defp outward(graph, vertex, rest), do: :digraph.out_neighbours(graph, vertex) ++ rest
  defp inward(graph, vertex, rest), do: :digraph.in_neighbours(graph, vertex) ++ rest
  defp around(graph, vertex, rest), do: inward(graph, vertex, outward(graph, vertex, rest))

  defp forest(graph, next, starts) do
    {trees, _} =
      :lists.foldl(
        fn start, {trees, seen} -> grow(walk([start], next, graph, seen, []), trees) end,
        {[], %{}},
        starts
      )

    trees
  end

  # Without the starts, unless they are met again.
  defp beyond(graph, next, starts) do
    {trees, _} =
      :lists.foldl(
        fn start, {trees, seen} ->
          if :maps.is_key(start, seen),
            do: {trees, seen},
            else: grow(walk(next.(graph, start, []), next, graph, seen, []), trees)
        end,
        {[], %{}},
        starts
      )

    trees
  end

  defp grow({[], seen}, trees), do: {trees, seen}
  defp grow({tree, seen}, trees), do: {[tree | trees], seen}

  defp walk([], _, _, seen, tree), do: {tree, seen}

  defp walk([vertex | rest], next, graph, seen, tree) do
    if :maps.is_key(vertex, seen),
      do: walk(rest, next, graph, seen, tree),
      else: walk(next.(graph, vertex, rest), next, graph, :maps.put(vertex, true, seen), [vertex | tree])
  end

  defp reverse_postorder(graph) do
    {order, _} = post(:digraph.vertices(graph), graph, [], %{})
    order
  end

  defp post([], _, order, seen), do: {order, seen}

  defp post([vertex | rest], graph, order, seen) do
    if :maps.is_key(vertex, seen) do
      post(rest, graph, order, seen)
    else
      {order, seen} = post(:digraph.out_neighbours(graph, vertex), graph, order, :maps.put(vertex, true, seen))
      post(rest, graph, [vertex | order], seen)
    end
  end
end
