defmodule ExUnit.Difference.Match do
  @moduledoc false
  # How a term differs from what a pattern asks for. The pattern is code whose macros are expanded. What it binds is kept
  # on the way, because a variable that stands twice must be the same twice.

  alias ExUnit.Difference
  alias ExUnit.Difference.{Node, Text}

  @doc "Compares a term with a pattern, with or without a guard; pins are `{{name, context}, value}`."
  def compare(pattern, value, pins) do
    {equal?, left, right, _known} = match(pattern, value, %{pins: Map.new(pins), vars: %{}})
    {equal?, left, right}
  end

  defp match({:when, _, [pattern, guard]}, value, known) do
    {equal?, left, right, known} = match(pattern, value, known)
    {holds?, guard} = if equal?, do: guard(guard, pattern, value, known), else: {true, code(guard)}
    {equal? and holds?, {:join, "when", left, guard}, right, known}
  end

  defp match({:_, _, context} = code, value, known) when is_atom(context), do: same(code, value, known)

  defp match({:^, _, [{name, _, context}]} = code, value, known) do
    case Map.fetch(known.pins, {name, context}) do
      {:ok, pinned} ->
        {equal?, _, right} = Difference.values(pinned, value, &===/2)
        {equal?, if(equal?, do: code(code), else: {:mark, code(code)}), right, known}

      :error ->
        different(code, value, known)
    end
  end

  defp match({name, meta, context} = code, value, known) when is_atom(name) and is_atom(context) do
    id = {name, context, meta[:counter]}

    case known.vars do
      %{^id => ^value} -> same(code, value, known)
      %{^id => _other} -> different(code, value, known)
      _ -> same(code, value, put_in(known.vars[id], value))
    end
  end

  defp match({:{}, _, items}, value, known) when is_tuple(value), do: tuple(items, value, known)
  defp match({one, two}, value, known) when is_tuple(value), do: tuple([one, two], value, known)

  defp match([{:|, _, [head, tail]}], value, known) when is_list(value), do: list([head], tail, value, known)

  defp match(list, value, known) when is_list(list) and is_list(value) do
    case {Enum.split(list, -1), Macro.quoted_literal?(list) and printable?(list)} do
      {_, true} -> literal(list, value, known)
      {{items, [{:|, _, [last, tail]}]}, _} -> list(items ++ [last], tail, value, known)
      _ -> list(list, [], value, known)
    end
  end

  defp match({:++, _, [items, tail]}, value, known) when is_list(items) and is_list(value) do
    {equal?, {:list, lefts, left_tail}, right, known} = list(items, tail, value, known)
    {equal?, {:join, "++", {:list, lefts, nil}, left_tail}, right, known}
  end

  defp match({:<>, _, [prefix, rest]} = code, value, known) when is_binary(value) do
    if is_binary(prefix), do: prefix(prefix, rest, value, known), else: by_evaluation(code, value, known)
  end

  defp match({:%, _, [name, {:%{}, _, pairs}]}, value, known) when is_map(value) do
    wanted = if match?({:__aliases__, _, _}, name), do: Macro.expand(name, __ENV__), else: name
    actual = Map.get(value, :__struct__)

    cond do
      not is_atom(wanted) -> any_struct(name, actual, pairs, value, known)
      actual == nil -> map(Node.marked(wanted), nil, false, pairs, value, known)
      actual == wanted -> map(Node.new(wanted), Node.new(actual), true, pairs, value, known)
      true -> map(Node.marked(wanted), Node.marked(actual), false, pairs, value, known)
    end
  end

  defp match({:%{}, _, pairs}, value, known) when is_map(value) do
    name = if is_struct(value), do: Node.new(value.__struct__)
    map(nil, name, true, pairs, value, known)
  end

  defp match({container, _, _} = code, value, known) when container in [:%, :%{}], do: different(code, value, known)

  defp match(code, value, known) do
    if Macro.quoted_literal?(code), do: literal(code, value, known), else: by_evaluation(code, value, known)
  end

  # The parts of a guard are told apart.
  defp guard({operator, _, [left, right]}, pattern, value, known) when operator in [:and, :or] do
    {left_holds?, left} = guard(left, pattern, value, known)
    {right_holds?, right} = guard(right, pattern, value, known)
    holds? = if operator == :and, do: left_holds? and right_holds?, else: left_holds? or right_holds?
    {holds?, {:join, Atom.to_string(operator), left, right}}
  end

  defp guard(guard, pattern, value, known) do
    holds? = evaluates?({:when, [], [pattern, guard]}, value, known)
    {holds?, if(holds?, do: code(guard), else: {:mark, code(guard)})}
  end

  # --- leaves ----------------------------------------------------------------------------------

  defp code(code), do: {:leaf, Macro.to_string(code)}
  defp same(code, value, known), do: {true, code(code), Node.new(value), known}
  defp different(code, value, known), do: {false, {:mark, code(code)}, Node.marked(value), known}

  # A pattern without variables stands for one term.
  defp literal(code, value, known) do
    {term, _} = Code.eval_quoted(code)
    {equal?, left, right} = Difference.values(term, value, &===/2)
    {equal?, left, right, known}
  rescue
    _ -> by_evaluation(code, value, known)
  end

  defp by_evaluation(code, value, known) do
    if evaluates?(code, value, known), do: same(code, value, known), else: different(code, value, known)
  end

  # What is not looked into, a binary for example, is given to the machine.
  defp evaluates?(pattern, value, known) do
    bindings = for {{name, _context}, pinned} <- known.pins, do: {name, pinned}
    # Contexts of macros are forgotten: names are enough to tell the variables of one pattern apart.
    plain = fn
      {name, meta, context} when is_atom(name) and is_atom(context) -> {name, Keyword.put(meta, :generated, true), nil}
      other -> other
    end

    question = quote(do: match?(unquote(Macro.prewalk(pattern, plain)), unquote({:value, [], __MODULE__})))
    {answer, _} = Code.eval_quoted(question, [{{:value, __MODULE__}, value} | bindings])
    answer
  rescue
    _ -> false
  end

  defp printable?(list), do: list != [] and List.ascii_printable?(list)

  # --- containers ------------------------------------------------------------------------------

  defp in_order(patterns, values, known) do
    {nodes, {equal?, known}} =
      patterns
      |> Enum.zip(values)
      |> Enum.map_reduce({true, known}, fn {pattern, value}, {all_equal?, known} ->
        {equal?, left, right, known} = match(pattern, value, known)
        {{left, right}, {all_equal? and equal?, known}}
      end)

    {lefts, rights} = Enum.unzip(nodes)
    left_over = patterns |> Enum.drop(length(values)) |> Enum.map(&{:mark, code(&1)})
    right_over = values |> Enum.drop(length(patterns)) |> Enum.map(&Node.marked/1)
    {equal? and left_over == [] and right_over == [], lefts ++ left_over, rights ++ right_over, known}
  end

  defp tuple(patterns, value, known) do
    {equal?, lefts, rights, known} = in_order(patterns, Tuple.to_list(value), known)
    {equal?, {:tuple, lefts}, {:tuple, rights}, known}
  end

  # The patterns before the tail, and the tail: `[]`, or a pattern for all that follows.
  defp list(patterns, [], value, known) do
    {items, rest} = Node.parts(value)
    {equal?, lefts, rights, known} = items(patterns, items, known)
    rest_node = if rest == [], do: nil, else: Node.marked(rest)
    {equal? and rest == [], {:list, lefts, nil}, {:list, rights, rest_node}, known}
  end

  defp list(patterns, tail, value, known) do
    {items, rest} = Node.parts(value)
    {first, others} = Enum.split(items, length(patterns))
    {equal?, lefts, rights, known} = items(patterns, first, known)
    remaining = if rest == [], do: others, else: improper(others, rest)
    {tail_equal?, tail, tail_value, known} = match(tail, remaining, known)

    {more, end_node} =
      case tail_value do
        {:list, nodes, end_node} -> {nodes, end_node}
        {:mark, {:term, list}} when is_list(list) -> {list |> Node.parts() |> elem(0) |> Enum.map(&Node.marked/1), nil}
        other -> {[], other}
      end

    {equal? and tail_equal?, {:list, lefts, tail}, {:list, rights ++ more, end_node}, known}
  end

  defp improper([], rest), do: rest
  defp improper([item | items], rest), do: [item | improper(items, rest)]

  # One by one where that does; otherwise the elements that belong together are looked for.
  defp items(patterns, values, known) do
    case in_order(patterns, values, known) do
      {true, _, _, _} = found ->
        found

      _ ->
        compare = fn pattern, value ->
          {equal?, left, right, _known} = match(pattern, value, known)
          {equal?, left, right}
        end

        case Difference.align(patterns, values, compare, &{:mark, code(&1)}) do
          # Each fits where it stands, but not all together: a variable would have two values.
          {true, _, _} -> in_order(patterns, values, known)
          {false, lefts, rights} -> {false, lefts, rights, known}
        end
    end
  end

  # A variable in the name's place is shown as the key that it stands for.
  defp any_struct(name, nil, pairs, value, known) do
    {_, left, right, known} = map(nil, nil, false, pairs, value, known)
    {false, named(left, {:mark, code(name)}), right, known}
  end

  defp any_struct(name, actual, pairs, value, known) do
    {equal?, left, right, known} = map(nil, Node.new(actual), true, pairs, value, known)
    {equal?, named(left, code(name)), right, known}
  end

  defp named({:map, nil, pairs}, name), do: {:map, nil, [{Node.new(:__struct__), name} | pairs]}

  defp map(left_name, right_name, names_equal?, pairs, value, known) do
    value = if is_struct(value), do: Map.from_struct(value), else: value
    pairs = for {key, pattern} <- pairs, do: {key, key(key, known), pattern}
    {found, missing} = Enum.split_with(pairs, fn {_code, key, _} -> match?({:ok, _}, key) and is_map_key(value, elem(key, 1)) end)
    found = Enum.sort_by(found, fn {_code, {:ok, key}, _} -> key end)

    {nodes, {equal?, known}} =
      Enum.map_reduce(found, {names_equal? and missing == [], known}, fn {code, {:ok, key}, pattern}, {all?, known} ->
        {equal?, left, right, known} = match(pattern, Map.fetch!(value, key), known)
        {{{key_node(code), left}, {Node.new(key), right}}, {all? and equal?, known}}
      end)

    {lefts, rights} = Enum.unzip(nodes)
    missing = for {code, _, pattern} <- missing, do: {:mark, {key_node(code), code(pattern)}}
    others = value |> Map.drop(for {_, {:ok, key}, _} <- found, do: key) |> Enum.sort()
    others = for {key, term} <- others, do: {Node.new(key), Node.new(term)}
    {equal?, {:map, left_name, lefts ++ missing}, {:map, right_name, rights ++ others}, known}
  end

  defp key({:^, _, [{name, _, context}]}, known), do: Map.fetch(known.pins, {name, context})

  defp key(code, _known) do
    {term, _} = Code.eval_quoted(code)
    {:ok, term}
  rescue
    _ -> :error
  end

  defp key_node(key) when is_atom(key), do: Node.new(key)
  defp key_node(code), do: code(code)

  # --- prefixes --------------------------------------------------------------------------------

  # The literal in front is compared with as many characters of the string.
  defp prefix(prefix, rest, value, known) do
    {first, others} = String.split_at(value, String.length(prefix))
    {prefix_equal?, left, right} = Text.compare(prefix, first, {~s("), ~s(")})
    {rest_equal?, rest, rest_value, known} = match(rest, others, known)
    {:text, open, pieces, close} = right

    right =
      case rest_value do
        {:text, _, more, _} -> {:text, open, pieces ++ more, close}
        {:mark, _} -> {:text, open, pieces ++ [{:mark, Text.escaped(others)}], close}
        _ -> {:text, open, pieces ++ [{:same, Text.escaped(others)}], close}
      end

    {prefix_equal? and rest_equal?, {:join, "<>", left, rest}, right, known}
  end
end
