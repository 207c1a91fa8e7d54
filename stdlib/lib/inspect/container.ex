defmodule Inspect.Container do
  @moduledoc false
  # Documents for collections, with the element limit counted down as they go.

  import Inspect.Algebra

  def doc(left, collection, right, inspect_opts, fun, opts) do
    separator = Keyword.get(opts, :separator, ",")
    {docs, tail} = documents(collection, inspect_opts.limit, inspect_opts, fun)

    filled? =
      case Keyword.get(opts, :break, :maybe) do
        :flex -> true
        :strict -> false
        :maybe -> Enum.all?([tail || :doc_nil | docs], &simple?/1)
      end

    if filled? do
      body = joined(docs, tail, separator, &flex_glue/2)
      group(concat(concat(left, nest(body, Keyword.get(opts, :nest, 1))), right))
    else
      body = joined(docs, tail, separator, &glue/2)
      group(glue(nest(glue(left, "", body), 2), "", right))
    end
  end

  # The documents of the elements and that of an improper tail. What is left of the limit is the limit in an element.
  defp documents([], _limit, _opts, _fun), do: {[], nil}
  defp documents(_more, 0, _opts, _fun), do: {["..."], nil}

  defp documents([element | rest], limit, opts, fun) do
    left = if limit == :infinity, do: limit, else: limit - 1
    doc = fun.(element, %{opts | limit: left})

    if is_list(rest) do
      {docs, tail} = documents(rest, left, opts, fun)
      {[doc | docs], tail}
    else
      {[doc], fun.(rest, %{opts | limit: left})}
    end
  end

  defp joined(docs, nil, separator, glue), do: List.foldr(docs, :doc_nil, &between(&1, &2, separator, glue))
  defp joined([last], tail, _separator, glue), do: glue.(concat(last, " |"), tail)
  defp joined([doc | docs], tail, separator, glue), do: between(doc, joined(docs, tail, separator, glue), separator, glue)

  # Empty documents take no separator.
  defp between(:doc_nil, rest, _separator, _glue), do: rest
  defp between(doc, :doc_nil, _separator, _glue), do: doc
  defp between(doc, rest, separator, glue), do: glue.(concat(doc, separator), rest)

  # Simple elements are text alone; containers of them are filled line by line.
  defp simple?(doc) do
    case doc do
      {:doc_cons, one, other} -> simple?(one) and simple?(other)
      {:doc_color, colored, _color} -> simple?(colored)
      {:doc_string, _text, _width} -> true
      _ -> doc == :doc_nil or is_binary(doc)
    end
  end
end
