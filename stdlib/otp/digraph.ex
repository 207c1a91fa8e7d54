defmodule :digraph do
  @moduledoc false
  # Directed graphs in three tables: vertices `{vertex, label}`, edges `{edge, from, to, label}`, and what meets a vertex,
  # `{{:out | :in, vertex}, edge}`. `{:digraph, vertices, edges, neighbours, cyclic?}`.

  def new, do: new([])

  def new(options) when is_list(options) do
    {cyclic, access} = options(options, {true, :protected})
    neighbours = :ets.new(:neighbours, [:bag, access])
    :ets.insert(neighbours, [{:"$vid", 0}, {:"$eid", 0}])
    {:digraph, :ets.new(:vertices, [:set, access]), :ets.new(:edges, [:set, access]), neighbours, cyclic}
  end

  def new(_), do: :erlang.error(:badarg)

  defp options([], acc), do: acc
  defp options([:cyclic | rest], {_, access}), do: options(rest, {true, access})
  defp options([:acyclic | rest], {_, access}), do: options(rest, {false, access})
  defp options([:protected | rest], {cyclic, _}), do: options(rest, {cyclic, :protected})
  defp options([:private | rest], {cyclic, _}), do: options(rest, {cyclic, :private})
  defp options(_, _), do: :erlang.error(:badarg)

  def delete({:digraph, vertices, edges, neighbours, _}) do
    :ets.delete(vertices)
    :ets.delete(edges)
    :ets.delete(neighbours)
  end

  def info({:digraph, vertices, edges, neighbours, cyclic}) do
    memory = :ets.info(vertices, :memory) + :ets.info(edges, :memory) + :ets.info(neighbours, :memory)
    cyclicity = if cyclic, do: :cyclic, else: :acyclic
    [cyclicity: cyclicity, memory: memory, protection: :ets.info(vertices, :protection)]
  end

  # Vertices

  def add_vertex(graph), do: add_vertex(graph, fresh(graph, :"$vid", :"$v"), [])
  def add_vertex(graph, vertex), do: add_vertex(graph, vertex, [])

  def add_vertex({:digraph, vertices, _, _, _}, vertex, label) do
    :ets.insert(vertices, {vertex, label})
    vertex
  end

  defp fresh({:digraph, _, _, neighbours, _}, counter, name) do
    [{_, number} = entry] = :ets.lookup(neighbours, counter)
    :ets.delete_object(neighbours, entry)
    :ets.insert(neighbours, {counter, number + 1})
    [name | number]
  end

  def vertex({:digraph, vertices, _, _, _}, vertex) do
    case :ets.lookup(vertices, vertex) do
      [entry] -> entry
      [] -> false
    end
  end

  def no_vertices({:digraph, vertices, _, _, _}), do: :ets.info(vertices, :size)

  def vertices({:digraph, vertices, _, _, _}), do: :lists.map(&:erlang.element(1, &1), :ets.tab2list(vertices))

  def source_vertices(graph), do: :lists.filter(&(in_degree(graph, &1) == 0), vertices(graph))
  def sink_vertices(graph), do: :lists.filter(&(out_degree(graph, &1) == 0), vertices(graph))

  def del_vertex({:digraph, vertices, _, _, _} = graph, vertex) do
    del_edges(graph, edges(graph, vertex))
    :ets.delete(vertices, vertex)
  end

  def del_vertices(graph, list) do
    :lists.foreach(&del_vertex(graph, &1), list)
    true
  end

  # What meets a vertex

  def in_degree(graph, vertex), do: length(in_edges(graph, vertex))
  def out_degree(graph, vertex), do: length(out_edges(graph, vertex))

  def in_edges({:digraph, _, _, neighbours, _}, vertex), do: met(neighbours, {:in, vertex})
  def out_edges({:digraph, _, _, neighbours, _}, vertex), do: met(neighbours, {:out, vertex})

  defp met(neighbours, key), do: :lists.map(&:erlang.element(2, &1), :ets.lookup(neighbours, key))

  def in_neighbours({:digraph, _, edges, _, _} = graph, vertex), do: ends(edges, in_edges(graph, vertex), 2)
  def out_neighbours({:digraph, _, edges, _, _} = graph, vertex), do: ends(edges, out_edges(graph, vertex), 3)

  defp ends(edges, names, place),
    do: :lists.foldl(fn name, acc -> [:ets.lookup_element(edges, name, place) | acc] end, [], names)

  # Edges

  def add_edge(graph, from, to), do: add_edge(graph, fresh(graph, :"$eid", :"$e"), from, to, [])
  def add_edge(graph, from, to, label), do: add_edge(graph, fresh(graph, :"$eid", :"$e"), from, to, label)

  def add_edge({:digraph, vertices, edges, _, cyclic} = graph, edge, from, to, label) do
    cond do
      not :ets.member(vertices, from) -> {:error, {:bad_vertex, from}}
      not :ets.member(vertices, to) -> {:error, {:bad_vertex, to}}
      known_elsewhere?(edges, edge, from, to) -> {:error, {:bad_edge, [from, to]}}
      cyclic -> put_edge(graph, edge, from, to, label)
      true -> add_acyclic(graph, edge, from, to, label)
    end
  end

  defp known_elsewhere?(edges, edge, from, to) do
    case :ets.lookup(edges, edge) do
      [{_, ^from, ^to, _}] -> false
      [_] -> true
      [] -> false
    end
  end

  defp add_acyclic(_, _, vertex, vertex, _), do: {:error, {:bad_edge, [vertex, vertex]}}

  defp add_acyclic(graph, edge, from, to, label) do
    case get_path(graph, to, from) do
      false -> put_edge(graph, edge, from, to, label)
      path -> {:error, {:bad_edge, path}}
    end
  end

  defp put_edge({:digraph, _, edges, neighbours, _}, edge, from, to, label) do
    :ets.insert(neighbours, [{{:out, from}, edge}, {{:in, to}, edge}])
    :ets.insert(edges, {edge, from, to, label})
    edge
  end

  def del_edge({:digraph, _, edges, neighbours, _}, edge) do
    case :ets.lookup(edges, edge) do
      [{_, from, to, _}] ->
        :ets.delete_object(neighbours, {{:out, from}, edge})
        :ets.delete_object(neighbours, {{:in, to}, edge})
        :ets.delete(edges, edge)

      [] ->
        true
    end
  end

  def del_edges(graph, list) do
    :lists.foreach(&del_edge(graph, &1), list)
    true
  end

  def edge({:digraph, _, edges, _, _}, edge) do
    case :ets.lookup(edges, edge) do
      [entry] -> entry
      [] -> false
    end
  end

  def no_edges({:digraph, _, edges, _, _}), do: :ets.info(edges, :size)

  def edges({:digraph, _, edges, _, _}), do: :lists.map(&:erlang.element(1, &1), :ets.tab2list(edges))

  def edges(graph, vertex) do
    out = out_edges(graph, vertex)
    out ++ :lists.filter(&(not :lists.member(&1, out)), in_edges(graph, vertex))
  end

  # Paths

  def get_path(graph, from, to), do: one_path(out_neighbours(graph, from), to, [], [from], [from], 1, graph, 1)

  def get_cycle(graph, vertex) do
    case one_path(out_neighbours(graph, vertex), vertex, [], [vertex], [vertex], 2, graph, 1) do
      false -> if :lists.member(vertex, out_neighbours(graph, vertex)), do: [vertex], else: false
      path -> path
    end
  end

  # Depth first; `rest` holds where to go on when a branch ends, `seen` what was visited, `path` how we came.
  defp one_path([to | more], to, rest, seen, path, least, graph, count) do
    if count < least,
      do: one_path(more, to, rest, seen, path, least, graph, count),
      else: :lists.reverse([to | path])
  end

  defp one_path([vertex | more], to, rest, seen, path, least, graph, count) do
    if :lists.member(vertex, seen) do
      one_path(more, to, rest, seen, path, least, graph, count)
    else
      rest = [{more, path} | rest]
      one_path(out_neighbours(graph, vertex), to, rest, [vertex | seen], [vertex | path], least, graph, count + 1)
    end
  end

  defp one_path([], to, [{more, path} | rest], seen, _, least, graph, count),
    do: one_path(more, to, rest, seen, path, least, graph, count - 1)

  defp one_path([], _, [], _, _, _, _, _), do: false

  def get_short_cycle(graph, vertex), do: get_short_path(graph, vertex, vertex)

  def get_short_path(graph, from, to) do
    first = :lists.map(&{&1, from}, out_neighbours(graph, from))
    breadth(first, [], to, from, %{}, graph)
  end

  # Breadth first; `came` tells for each vertex where it was reached from.
  defp breadth([], [], _, _, _, _), do: false
  defp breadth([], later, to, from, came, graph), do: breadth(:lists.reverse(later), [], to, from, came, graph)

  defp breadth([{to, before} | _], _, to, from, came, _), do: back(before, from, came, [to])

  defp breadth([{vertex, before} | more], later, to, from, came, graph) do
    if vertex === from or :maps.is_key(vertex, came) do
      breadth(more, later, to, from, came, graph)
    else
      later = :lists.foldl(fn next, acc -> [{next, vertex} | acc] end, later, out_neighbours(graph, vertex))
      breadth(more, later, to, from, :maps.put(vertex, before, came), graph)
    end
  end

  defp back(from, from, _, path), do: [from | path]
  defp back(vertex, from, came, path), do: back(:maps.get(vertex, came), from, came, [vertex | path])

  def del_path(graph, from, to) do
    case get_path(graph, from, to) do
      false ->
        true

      path ->
        del_along(graph, path)
        del_path(graph, from, to)
    end
  end

  defp del_along(graph, [from, to | rest]) do
    names = :lists.filter(&(:erlang.element(3, edge(graph, &1)) === to), out_edges(graph, from))
    del_edges(graph, names)
    del_along(graph, [to | rest])
  end

  defp del_along(_, [_]), do: true
end
