# What `:gb_trees` and `:gb_sets` have in common: general balanced trees (Andersson, 1999). Nobody keeps balance step by
# step. A new leaf that lies too deep for the size of the whole shows that some subtree above it is too thin; the
# lowest of these is made anew. Deletions leave the shape alone.
#
# A node is a tuple of a key, what it holds, the smaller and the larger subtree; `nil` is empty. `use :cordial_balanced,
# holds: names` says how many values go with a key.
defmodule :cordial_balanced do
  @moduledoc false

  defmacro __using__(holds: names) do
    held = for name <- names, do: Macro.var(name, __MODULE__)
    others = for name <- names, do: Macro.var(:"other_#{name}", __MODULE__)
    wild = for _ <- names, do: Macro.var(:_, nil)
    # An entry as lists of entries have it.
    entry = if held == [], do: quote(do: key), else: quote(do: {key, unquote_splicing(held)})

    quote do
      # The fields of a node, with whatever a key holds in the middle.
      defmacrop node(fields, smaller, larger), do: {:{}, [], fields ++ [smaller, larger]}

      def empty, do: {0, nil}

      def is_empty({0, nil}), do: true
      def is_empty(_), do: false

      def size({size, _}) when is_integer(size) and size >= 0, do: size

      def to_list({_, tree}), do: entries(tree, [])

      def balance({size, tree}), do: {size, rebuilt(entries(tree, []), size)}

      defp entries(nil, after_it), do: after_it

      defp entries(node([key, unquote_splicing(held)], smaller, larger), after_it),
        do: entries(smaller, [unquote(entry) | entries(larger, after_it)])

      # --- finding -----------------------------------------------------------------------------------

      defp seek(key, node([other, unquote_splicing(wild)], smaller, larger) = node) do
        cond do
          key < other -> seek(key, smaller)
          key > other -> seek(key, larger)
          true -> node
        end
      end

      defp seek(_key, nil), do: nil

      # The depth at which a key is missing, as a power of two, or 0 if it is there.
      defp gap(key, node([other, unquote_splicing(wild)], smaller, larger), deep) do
        cond do
          key < other -> gap(key, smaller, 2 * deep)
          key > other -> gap(key, larger, 2 * deep)
          true -> 0
        end
      end

      defp gap(_key, nil, deep), do: deep

      # The entry next to a key on either side, which need not be there itself.
      defp below(_key, nil, best), do: best

      defp below(wanted, node([key, unquote_splicing(held)], smaller, larger), best),
        do: if(wanted > key, do: below(wanted, larger, {:found, unquote(entry)}), else: below(wanted, smaller, best))

      defp above(_key, nil, best), do: best

      defp above(wanted, node([key, unquote_splicing(held)], smaller, larger), best),
        do: if(wanted < key, do: above(wanted, smaller, {:found, unquote(entry)}), else: above(wanted, larger, best))

      defp first(node([key, unquote_splicing(held)], nil, _larger)), do: unquote(entry)
      defp first(node([_key, unquote_splicing(wild)], smaller, _larger)), do: first(smaller)
      defp last(node([key, unquote_splicing(held)], _smaller, nil)), do: unquote(entry)
      defp last(node([_key, unquote_splicing(wild)], _smaller, larger)), do: last(larger)

      # --- changing ----------------------------------------------------------------------------------

      # The tree with a node for a key that is missing at that depth; `size` counts it.
      defp grown(unquote(entry), tree, deep, size) do
        if deep > size * size do
          {way, leaf} = planted_deep([key, unquote_splicing(held)], tree, [])
          corrected(way, leaf, 1, 1)
        else
          planted(key, unquote_splicing(held), tree)
        end
      end

      defp planted(key, unquote_splicing(held), node([other, unquote_splicing(others)], smaller, larger)) do
        if key < other,
          do: node([other, unquote_splicing(others)], planted(key, unquote_splicing(held), smaller), larger),
          else: node([other, unquote_splicing(others)], smaller, planted(key, unquote_splicing(held), larger))
      end

      defp planted(key, unquote_splicing(held), nil), do: node([key, unquote_splicing(held)], nil, nil)

      # The way to where a leaf goes, `[side, node, ...]` from below, and the leaf.
      defp planted_deep([key, unquote_splicing(held)] = fields, tree, way) do
        case tree do
          node([other, unquote_splicing(wild)], smaller, _larger) when key < other ->
            planted_deep(fields, smaller, [:smaller, tree | way])

          node([_, unquote_splicing(wild)], _smaller, larger) ->
            planted_deep(fields, larger, [:larger, tree | way])

          nil ->
            {way, node([key, unquote_splicing(held)], nil, nil)}
        end
      end

      # A tree in the place that a way leads to.
      defp placed([:smaller, node([key, unquote_splicing(held)], _, larger) | way], tree),
        do: placed(way, node([key, unquote_splicing(held)], tree, larger))

      defp placed([:larger, node([key, unquote_splicing(held)], smaller, _) | way], tree),
        do: placed(way, node([key, unquote_splicing(held)], smaller, tree))

      defp placed([], tree), do: tree

      # Goes up to the first subtree that is too deep for its size, and makes it anew.
      defp corrected([side, node([key, unquote_splicing(held)], smaller, larger) | way], tree, deep, size) do
        {smaller, larger, {deep2, size2}} =
          if side == :smaller, do: {tree, larger, measured(larger)}, else: {smaller, tree, measured(smaller)}

        tree = node([key, unquote_splicing(held)], smaller, larger)
        {deep, size} = {2 * max(deep, deep2), size + size2 + 1}

        if deep > size * size,
          do: placed(way, rebuilt(entries(tree, []), size)),
          else: corrected(way, tree, deep, size)
      end

      # The depth of a tree, as a power of two, and its size.
      defp measured(nil), do: {1, 0}
      defp measured(node([_, unquote_splicing(wild)], nil, nil)), do: {1, 1}

      defp measured(node([_, unquote_splicing(wild)], smaller, larger)) do
        {deep1, size1} = measured(smaller)
        {deep2, size2} = measured(larger)
        {2 * max(deep1, deep2), size1 + size2 + 1}
      end

      # Entries in order as a tree that could not be flatter. Where the sides cannot be equal, the one with the smaller
      # entries has one more, unless `spare` is 0.
      defp rebuilt(entries, size, spare \\ 1), do: span(:erlang.list_to_tuple(entries), 1, size, spare)

      defp span(_entries, _from, 0, _spare), do: nil

      defp span(entries, from, size, spare) do
        left = div(size - 1 + spare, 2)
        unquote(entry) = :erlang.element(from + left, entries)

        node(
          [key, unquote_splicing(held)],
          span(entries, from, left, spare),
          span(entries, from + left + 1, size - left - 1, spare)
        )
      end

      # The tree without a key, which must be there. The next larger entry takes its place.
      defp without(key, node([other, unquote_splicing(others)], smaller, larger)) do
        cond do
          key < other -> node([other, unquote_splicing(others)], without(key, smaller), larger)
          key > other -> node([other, unquote_splicing(others)], smaller, without(key, larger))
          larger == nil -> smaller
          smaller == nil -> larger
          true -> headed(first_off(larger), smaller)
        end
      end

      defp headed({unquote(entry), larger}, smaller), do: node([key, unquote_splicing(held)], smaller, larger)

      defp first_off(node([key, unquote_splicing(held)], nil, larger)), do: {unquote(entry), larger}

      defp first_off(node([other, unquote_splicing(others)], smaller, larger)) do
        {entry, smaller} = first_off(smaller)
        {entry, node([other, unquote_splicing(others)], smaller, larger)}
      end

      defp last_off(node([key, unquote_splicing(held)], smaller, nil)), do: {unquote(entry), smaller}

      defp last_off(node([other, unquote_splicing(others)], smaller, larger)) do
        {entry, larger} = last_off(larger)
        {entry, node([other, unquote_splicing(others)], smaller, larger)}
      end

      defp smaller_of(node([_, unquote_splicing(wild)], smaller, _)), do: smaller
      defp larger_of(node([_, unquote_splicing(wild)], _, larger)), do: larger

      # --- iterators ---------------------------------------------------------------------------------
      # The direction, and the nodes that are still to come of which one side is done.

      def iterator(tree), do: iterator(tree, :ordered)

      def iterator({_, tree}, direction) when direction == :ordered or direction == :reversed,
        do: {direction, waiting(direction, tree, [])}

      def iterator_from(key, tree), do: iterator_from(key, tree, :ordered)
      def iterator_from(key, {_, tree}, :ordered), do: {:ordered, waiting_above(key, tree, [])}
      def iterator_from(key, {_, tree}, :reversed), do: {:reversed, waiting_below(key, tree, [])}

      def next({direction, [node([key, unquote_splicing(held)], smaller, larger) | nodes]}) do
        rest = if direction == :ordered, do: larger, else: smaller
        {key, unquote_splicing(held), {direction, waiting(direction, rest, nodes)}}
      end

      def next({_direction, []}), do: :none

      defp waiting(_direction, nil, nodes), do: nodes
      defp waiting(:ordered, tree, nodes), do: waiting(:ordered, smaller_of(tree), [tree | nodes])
      defp waiting(:reversed, tree, nodes), do: waiting(:reversed, larger_of(tree), [tree | nodes])

      defp waiting_above(_key, nil, nodes), do: nodes

      defp waiting_above(key, tree, nodes) do
        if :erlang.element(1, tree) < key,
          do: waiting_above(key, larger_of(tree), nodes),
          else: waiting_above(key, smaller_of(tree), [tree | nodes])
      end

      defp waiting_below(_key, nil, nodes), do: nodes

      defp waiting_below(key, tree, nodes) do
        if :erlang.element(1, tree) > key,
          do: waiting_below(key, smaller_of(tree), nodes),
          else: waiting_below(key, larger_of(tree), [tree | nodes])
      end
    end
  end
end
