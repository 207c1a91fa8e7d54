defmodule Inspect.Algebra do
  @moduledoc """
  Documents that lay themselves out: a strict form of Wadler's "A prettier printer",
  after Lindig's "Strictly pretty", with groups, flexible breaks and forced breaks.
  """

  @empty :doc_nil

  @type t ::
          binary
          | :doc_line
          | :doc_nil
          | tuple

  @doc "Whether the term looks like a document."
  defguard is_doc(doc)
           when is_list(doc) or is_binary(doc) or doc in [:doc_nil, :doc_line] or
                  (is_tuple(doc) and tuple_size(doc) > 0 and
                     :erlang.element(1, doc) in [
                       :doc_string,
                       :doc_cons,
                       :doc_nest,
                       :doc_break,
                       :doc_group,
                       :doc_fits,
                       :doc_force,
                       :doc_collapse,
                       :doc_color,
                       :doc_limit,
                       :doc_late
                     ])

  @doc "The document of a term, by its `Inspect` implementation."
  @spec to_doc(any, Inspect.Opts.t()) :: t
  def to_doc(term, opts)

  def to_doc(%_{} = struct, %Inspect.Opts{inspect_fun: fun} = opts) do
    if opts.structs do
      try do
        fun.(struct, opts)
      rescue
        caught -> Inspect.Failure.to_doc(struct, caught, __STACKTRACE__, opts)
      end
    else
      Inspect.Map.inspect(struct, opts)
    end
  end

  def to_doc(term, %Inspect.Opts{inspect_fun: fun} = opts), do: fun.(term, opts)

  @doc "A document for a collection between `left` and `right`."
  @spec container_doc(t, [any], t, Inspect.Opts.t(), (term, Inspect.Opts.t() -> t), keyword) :: t
  def container_doc(left, collection, right, inspect_opts, fun, opts \\ [])
      when is_doc(left) and is_list(collection) and is_doc(right) and is_function(fun, 2) and
             is_list(opts) do
    case collection do
      [] -> concat(left, right)
      _ -> Inspect.Container.doc(left, collection, right, inspect_opts, fun, opts)
    end
  end

  @doc "The empty document."
  @spec empty() :: :doc_nil
  def empty, do: @empty

  @doc "Text whose width is its number of graphemes."
  @spec string(String.t()) :: t
  def string(string) when is_binary(string), do: {:doc_string, string, String.length(string)}

  @doc "Two documents, one behind the other."
  @spec concat(t, t) :: t
  def concat(doc1, doc2) when is_doc(doc1) and is_doc(doc2), do: {:doc_cons, doc1, doc2}

  @doc "Many documents, one behind the other."
  @spec concat([t]) :: t
  def concat(docs) when is_list(docs), do: fold(docs, &concat/2)

  @doc "The document without an element limit."
  @spec no_limit(t) :: t
  def no_limit(doc) when is_doc(doc), do: {:doc_limit, doc, :infinity}

  @doc "Indents what comes after the line breaks of `doc`."
  @spec nest(t, non_neg_integer | :cursor | :reset, :always | :break) :: t
  def nest(doc, level, mode \\ :always)
  def nest(doc, :cursor, mode) when is_doc(doc) and mode in [:always, :break], do: {:doc_nest, doc, :cursor, mode}
  def nest(doc, :reset, mode) when is_doc(doc) and mode in [:always, :break], do: {:doc_nest, doc, :reset, mode}
  def nest(doc, 0, _mode) when is_doc(doc), do: doc

  def nest(doc, level, mode) when is_doc(doc) and is_integer(level) and level > 0 and mode in [:always, :break] do
    {:doc_nest, doc, level, mode}
  end

  @doc "`string` if the group fits, else a line break."
  @spec break(binary) :: t
  def break(string \\ " ") when is_binary(string), do: {:doc_break, string, :strict}

  @doc "A break that looks only at what comes up to the next one."
  @spec flex_break(binary) :: t
  def flex_break(string \\ " ") when is_binary(string), do: {:doc_break, string, :flex}

  @doc "Two documents with a flexible break between them."
  @spec flex_glue(t, binary, t) :: t
  def flex_glue(doc1, break_string \\ " ", doc2) when is_binary(break_string) do
    concat(doc1, concat(flex_break(break_string), doc2))
  end

  @doc "Two documents with a break between them."
  @spec glue(t, binary, t) :: t
  def glue(doc1, break_string \\ " ", doc2) when is_binary(break_string) do
    concat(doc1, concat(break(break_string), doc2))
  end

  @doc "What is broken, or not, as one."
  @spec group(t, :self | :inherit) :: t
  def group(doc, mode \\ :self) when is_doc(doc) and mode in [:self, :inherit], do: {:doc_group, doc, mode}

  @doc "Two documents with a space between them."
  @spec space(t, t) :: t
  def space(doc1, doc2), do: concat(doc1, concat(" ", doc2))

  @doc "A line break, always."
  @spec line() :: t
  def line, do: :doc_line

  @doc "Two documents with a line break between them."
  @spec line(t, t) :: t
  def line(doc1, doc2), do: concat(doc1, concat(line(), doc2))

  @doc "Merges the line breaks that follow into at most `max`."
  @spec collapse_lines(pos_integer) :: t
  def collapse_lines(max) when is_integer(max) and max > 0, do: {:doc_collapse, max}

  @doc "The group around the document is broken."
  @spec force_unfit(t) :: t
  def force_unfit(doc) when is_doc(doc), do: {:doc_force, doc}

  @doc "The document fits when the part before its next break does."
  @spec next_break_fits(t, :enabled | :disabled) :: t
  def next_break_fits(doc, mode \\ :enabled) when is_doc(doc) and mode in [:enabled, :disabled] do
    {:doc_fits, doc, mode}
  end

  @doc false
  @deprecated "Use color_doc/3 instead"
  def color(doc, key, opts), do: color_doc(doc, key, opts)

  @doc "The document in the colour of `color_key`, if there is one in the options."
  @spec color_doc(t, Inspect.Opts.color_key(), Inspect.Opts.t()) :: t
  def color_doc(doc, color_key, %Inspect.Opts{syntax_colors: colors}) when is_doc(doc) do
    case Keyword.get(colors, color_key) do
      nil ->
        doc

      color ->
        post = Keyword.get(colors, :reset, :reset)
        concat({:doc_color, doc, ansi(color)}, {:doc_color, empty(), ansi(post)})
    end
  end

  defp ansi(color), do: IO.iodata_to_binary(IO.ANSI.format_fragment(color, true))

  @doc "Folds documents from the right."
  @spec fold_doc([t], (t, t -> t)) :: t
  def fold_doc(docs, folder_fun) when is_list(docs) and is_function(folder_fun, 2), do: fold(docs, folder_fun)

  @doc false
  def fold([], _fun), do: empty()
  def fold([doc], _fun), do: doc
  def fold([doc | docs], fun), do: fun.(doc, fold(docs, fun))

  @doc "Lays the document out on lines of `width`."
  @spec format(t, non_neg_integer | :infinity) :: iodata
  def format(doc, width) when is_doc(doc) and (width == :infinity or (is_integer(width) and width >= 0)) do
    Inspect.Layout.format(doc, width)
  end
end
