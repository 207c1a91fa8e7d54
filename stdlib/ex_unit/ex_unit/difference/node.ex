defmodule ExUnit.Difference.Node do
  @moduledoc false
  # A node is a term or a pattern, seen as a tree, so that parts of it can be marked:
  #
  #     {:leaf, text}                     written as it is
  #     {:term, term}                     inspected
  #     {:text, open, pieces, close}      a string, a number: pieces are `{:same | :mark, text}`
  #     {:list, nodes, tail}              the tail is a node or nil
  #     {:tuple, nodes}                   of two, with an atom first, also a pair of a keyword list
  #     {:map, name, pairs}               the name is a node or nil; a pair is `{key, value}` or `{:mark, {key, value}}`
  #     {:join, operator, left, right}    `left operator right`
  #     {:mark, node}                     all of it differs

  import Inspect.Algebra

  @doc "The node of a term in which nothing is marked."
  def new(list) when is_list(list) do
    if list != [] and List.ascii_printable?(list) do
      {:leaf, inspect(list, limit: :infinity, printable_limit: :infinity)}
    else
      {items, tail} = parts(list)
      {:list, Enum.map(items, &new/1), if(tail == [], do: nil, else: new(tail))}
    end
  end

  def new(tuple) when is_tuple(tuple), do: {:tuple, tuple |> Tuple.to_list() |> Enum.map(&new/1)}

  def new(%name{} = struct) do
    if Inspect.impl_for(struct) == Inspect.Any,
      do: {:map, new(name), struct |> Map.from_struct() |> pairs()},
      else: leaf(struct)
  end

  def new(map) when is_map(map), do: {:map, nil, pairs(map)}
  def new(term), do: leaf(term)

  defp leaf(term), do: {:leaf, inspect(term, limit: :infinity, printable_limit: :infinity)}
  defp pairs(map), do: for({key, value} <- Enum.sort(map), do: {new(key), new(value)})

  @doc "The node of a term that differs as a whole."
  def marked(term), do: {:mark, {:term, term}}

  @doc "The elements of a list, and what follows the last one."
  def parts(list), do: parts(list, [])
  defp parts([head | tail], items), do: parts(tail, [head | items])
  defp parts(tail, items), do: {Enum.reverse(items), tail}

  # --- writing ---------------------------------------------------------------------------------

  @doc "Writes a node; marks are of the kind `:delete` or `:insert`."
  def write(node, kind, width, styler) do
    paint = fn doc, blank? -> styler.(key(kind, blank?), doc) end
    node |> doc(paint) |> group() |> format(width) |> IO.iodata_to_binary()
  end

  defp key(:delete, false), do: :diff_delete
  defp key(:delete, true), do: :diff_delete_whitespace
  defp key(:insert, false), do: :diff_insert
  defp key(:insert, true), do: :diff_insert_whitespace

  # What cannot be seen needs another colour.
  defp doc({:mark, node}, paint), do: paint.(doc(node, paint), false)
  defp doc({:leaf, text}, _paint), do: string(text)
  defp doc({:term, term}, _paint), do: to_doc(term, %Inspect.Opts{})

  defp doc({:text, open, pieces, close}, paint) do
    parts =
      for piece <- pieces do
        case piece do
          {:same, text} -> string(text)
          {:mark, text} -> paint.(string(text), String.trim(text) == "")
        end
      end

    concat([open] ++ parts ++ [close])
  end

  defp doc({:list, items, tail}, paint) do
    docs =
      if items != [] and tail == nil and Enum.all?(items, &keyword?/1),
        do: Enum.map(items, fn {:tuple, [key, value]} -> keyword(key, doc(value, paint), paint) end),
        else: Enum.map(items, &doc(&1, paint))

    case {tail, Enum.split(docs, -1)} do
      {nil, _} -> container("[", docs, "]")
      {tail, {[], []}} -> doc(tail, paint)
      {tail, {docs, [last]}} -> container("[", docs ++ [concat([last, " | ", doc(tail, paint)])], "]")
    end
  end

  defp doc({:tuple, items}, paint), do: container("{", Enum.map(items, &doc(&1, paint)), "}")

  defp doc({:map, name, pairs}, paint) do
    keyword? = Enum.all?(pairs, fn pair -> pair |> bare() |> elem(0) |> atom_key?() end)

    docs =
      for pair <- pairs do
        {key, value} = bare(pair)
        value = doc(value, paint)
        text = if keyword?, do: keyword(key, value, paint), else: concat([doc(key, paint), " => ", value])
        if match?({:mark, _}, pair), do: paint.(text, false), else: text
      end

    container(concat(["%", if(name, do: doc(name, paint), else: empty()), "{"]), docs, "}")
  end

  defp doc({:join, operator, left, right}, paint) do
    concat([doc(left, paint), " ", operator, " ", doc(right, paint)])
  end

  defp container(open, [], close), do: concat(open, close)

  defp container(open, docs, close) do
    inner = docs |> Enum.intersperse(:comma) |> Enum.map(fn doc -> if doc == :comma, do: concat(",", break(" ")), else: doc end)
    group(concat([nest(concat([open, break(""), concat(inner)]), 2), break(""), close]))
  end

  # --- keywords --------------------------------------------------------------------------------

  defp bare({:mark, {key, value}}), do: {key, value}
  defp bare(pair), do: pair

  defp keyword?({:tuple, [key, _value]}), do: atom_key?(key)
  defp keyword?(_node), do: false

  defp atom_key?({:mark, key}), do: atom_key?(key)
  defp atom_key?({:term, key}), do: is_atom(key) and atom_key?(new(key))
  defp atom_key?({:leaf, ":" <> _}), do: true
  defp atom_key?({:leaf, text}), do: text in ["nil", "true", "false"]
  defp atom_key?(_node), do: false

  defp keyword({:mark, key}, value, paint), do: concat([paint.(string(key_text(key)), false), " ", value])
  defp keyword(key, value, _paint), do: concat([key_text(key), " ", value])

  defp key_text({:term, key}), do: key |> new() |> key_text()
  defp key_text({:leaf, ":" <> name}), do: name <> ":"
  defp key_text({:leaf, name}), do: name <> ":"
end
