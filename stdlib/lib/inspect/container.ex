defmodule Inspect.Container do
  @moduledoc false
  # Documents for collections, with the element limit counted down as they go.

  import Inspect.Algebra, except: [break: 1, fold: 2]

  def doc(left, collection, right, inspect_opts, fun, opts) do
    break = Keyword.get(opts, :break, :maybe)
    separator = Keyword.get(opts, :separator, ",")

    {docs, simple?} = each(collection, inspect_opts.limit, inspect_opts, fun, [], break == :maybe)
    flex? = simple? or break == :flex
    docs = fold(docs, &join(&1, &2, flex?, separator))

    case flex? do
      true -> group(concat(concat(left, nest(docs, Keyword.get(opts, :nest, 1))), right))
      false -> group(glue(nest(glue(left, "", docs), 2), "", right))
    end
  end

  # What is left of the limit is the limit inside the element.
  defp each([], _limit, _opts, _fun, acc, simple?), do: {:lists.reverse(acc), simple?}
  defp each(_, 0, _opts, _fun, acc, simple?), do: {:lists.reverse(["..." | acc]), simple?}

  defp each([term | terms], limit, opts, fun, acc, simple?) when is_list(terms) do
    limit = decrement(limit)
    doc = fun.(term, %{opts | limit: limit})
    each(terms, limit, opts, fun, [doc | acc], simple? and simple?(doc))
  end

  defp each([left | right], limit, opts, fun, acc, simple?) do
    limit = decrement(limit)
    left = fun.(left, %{opts | limit: limit})

    right = fun.(right, %{opts | limit: limit})
    {:lists.reverse([{:improper, left, right} | acc]), simple? and simple?(left) and simple?(right)}
  end

  defp decrement(:infinity), do: :infinity
  defp decrement(limit), do: limit - 1

  defp join({:improper, left, right}, nil, flex?, _separator), do: break(concat(left, " |"), right, flex?)
  defp join(:doc_nil, :doc_nil, _flex?, _separator), do: :doc_nil
  defp join(left, :doc_nil, _flex?, _separator), do: left
  defp join(:doc_nil, right, _flex?, _separator), do: right
  defp join(left, right, flex?, separator), do: break(concat(left, separator), right, flex?)

  defp break(left, right, true), do: flex_glue(left, right)
  defp break(left, right, false), do: glue(left, right)

  defp fold([], _fun), do: :doc_nil
  defp fold([{:improper, _, _} = pair], fun), do: fun.(pair, nil)
  defp fold([doc], _fun), do: doc
  defp fold([doc | docs], fun), do: fun.(doc, fold(docs, fun))

  # Simple elements are text alone; containers of them are filled line by line.
  defp simple?({:doc_cons, doc1, doc2}), do: simple?(doc1) and simple?(doc2)
  defp simple?({:doc_color, doc, _}), do: simple?(doc)
  defp simple?({:doc_string, _, _}), do: true
  defp simple?(:doc_nil), do: true
  defp simple?(other), do: is_binary(other)
end
