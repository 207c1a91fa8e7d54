defmodule Keyword do
  @moduledoc """
  Functions for keyword lists: lists of `{atom, value}` pairs, in which a key may come more than once.
  """

  @type key :: atom
  @type value :: any
  @type t :: [{key, value}]
  @type t(value) :: [{key, value}]

  @doc "Whether the term is a keyword list."
  @spec keyword?(term) :: boolean
  def keyword?(term)
  def keyword?([{key, _value} | rest]) when is_atom(key), do: keyword?(rest)
  def keyword?([]), do: true
  def keyword?(_other), do: false

  @doc "An empty keyword list."
  @spec new :: []
  def new, do: []

  @doc "A keyword list from pairs; a later entry for a key wins."
  @spec new(Enumerable.t()) :: t
  def new(pairs), do: new(pairs, fn pair -> pair end)

  @doc "A keyword list from what `transform` makes of the elements."
  @spec new(Enumerable.t(), (term -> {key, value})) :: t
  def new(pairs, transform) when is_function(transform, 1) do
    pairs |> Enum.reverse() |> last_values(transform, [])
  end

  # From the last pair to the first: an entry counts if none of its key has come.
  defp last_values([pair | earlier], transform, kept) do
    {key, value} = transform.(pair)
    last_values(earlier, transform, put_new(kept, key, value))
  end

  defp last_values([], _transform, kept), do: kept

  @doc "Each key with one value."
  @spec from_keys([key], value) :: t(value)
  def from_keys(keys, value) when is_list(keys), do: :lists.map(&{&1, value}, keys)

  @doc "The value of the first entry for `key`, or `default`."
  @spec get(t, key, default) :: value | default when default: any
  def get(keywords, key, default \\ nil) when is_list(keywords) and is_atom(key) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> value
      false -> default
    end
  end

  @doc "The value of the first entry for `key`, or what `fun` returns."
  @spec get_lazy(t, key, (-> value)) :: value
  def get_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> value
      false -> fun.()
    end
  end

  @doc "Gets and updates at once: `fun` returns `{get, new}` or `:pop`."
  @spec get_and_update(t, key, (value | nil -> {value, value} | :pop)) :: {value, t}
  def get_and_update(keywords, key, fun) when is_list(keywords) and is_atom(key) do
    {front, value, back} = cut_at(keywords, key, []) || {[], nil, keywords}
    exchange(fun.(value), front, key, value, back)
  end

  # The entries before the first of `key`, last one first; its value; those behind it.
  defp cut_at([{key, value} | back], key, front), do: {front, value, back}
  defp cut_at([{_, _} = entry | rest], key, front), do: cut_at(rest, key, [entry | front])
  defp cut_at([], _key, _front), do: nil

  defp exchange(:pop, front, _key, value, back), do: {value, :lists.reverse(front, back)}
  defp exchange({get, new}, front, key, _value, back), do: {get, :lists.reverse(front, [{key, new} | back])}

  defp exchange(other, _front, _key, _value, _back) do
    raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
  end

  @doc "`get_and_update/3` that raises `KeyError`."
  @spec get_and_update!(t, key, (value -> {value, value} | :pop)) :: {value, t}
  def get_and_update!(keywords, key, fun) when is_list(keywords) and is_atom(key) do
    case cut_at(keywords, key, []) do
      {front, value, back} -> exchange(fun.(value), front, key, value, back)
      # Elixir's error, too, holds the list from back to front.
      nil -> raise KeyError, key: key, term: :lists.reverse(keywords)
    end
  end

  @doc "`{:ok, value}` of the first entry for `key`, or `:error`."
  @spec fetch(t, key) :: {:ok, value} | :error
  def fetch(keywords, key) when is_list(keywords) and is_atom(key) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> {:ok, value}
      false -> :error
    end
  end

  @doc "The value of the first entry for `key`, or raises `KeyError`."
  @spec fetch!(t, key) :: value
  def fetch!(keywords, key) when is_list(keywords) and is_atom(key) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> value
      false -> raise KeyError, key: key, term: keywords
    end
  end

  @doc "All values of `key`."
  @spec get_values(t, key) :: [value]
  def get_values(keywords, key) when is_list(keywords) and is_atom(key), do: values_of(keywords, key)

  defp values_of([{key, value} | rest], key), do: [value | values_of(rest, key)]
  defp values_of([{_, _} | rest], key), do: values_of(rest, key)
  defp values_of([], _key), do: []

  @doc "The keys, in order."
  @spec keys(t) :: [key]
  def keys(keywords) when is_list(keywords) do
    :lists.map(
      fn
        {key, _} when is_atom(key) ->
          key

        entry ->
          raise ArgumentError,
                "expected a keyword list, but an entry in the list is not a two-element tuple " <>
                  "with an atom as its first element, got: #{inspect(entry)}"
      end,
      keywords
    )
  end

  @doc "The values, in order."
  @spec values(t) :: [value]
  def values(keywords) when is_list(keywords) do
    :lists.map(fn {_key, value} -> value end, keywords)
  end

  @doc "Deletes all entries for `key`."
  @spec delete(t, key) :: t
  def delete(keywords, key) when is_list(keywords) and is_atom(key) do
    if :lists.keymember(key, 1, keywords), do: without(keywords, key), else: keywords
  end

  defp without([{other, _} = entry | rest], key) do
    if other == key, do: without(rest, key), else: [entry | without(rest, key)]
  end

  defp without([], _key), do: []

  @doc "Deletes the first entry for `key`."
  @spec delete_first(t, key) :: t
  def delete_first(keywords, key) when is_list(keywords) and is_atom(key) do
    :lists.keydelete(key, 1, keywords)
  end

  @doc "Puts `value` under `key` and deletes other entries for it."
  @spec put(t, key, value) :: t
  def put(keywords, key, value) when is_list(keywords) and is_atom(key) do
    [{key, value} | delete(keywords, key)]
  end

  @doc "Puts what `fun` returns under `key` unless there is an entry."
  @spec put_new_lazy(t, key, (-> value)) :: t
  def put_new_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    if :lists.keymember(key, 1, keywords), do: keywords, else: [{key, fun.()} | keywords]
  end

  @doc "Puts `value` under `key` unless there is an entry."
  @spec put_new(t, key, value) :: t
  def put_new(keywords, key, value) when is_list(keywords) and is_atom(key) do
    if :lists.keymember(key, 1, keywords), do: keywords, else: [{key, value} | keywords]
  end

  @doc "Replaces the value of `key`, if it has one."
  @spec replace(t, key, value) :: t
  def replace(keywords, key, value) when is_list(keywords) and is_atom(key) do
    if has_key?(keywords, key), do: set(keywords, {key, value}), else: keywords
  end

  # The first entry of the key becomes `entry`, others of it go.
  defp set([{key, _} | rest], {key, _} = entry), do: [entry | without(rest, key)]
  defp set([other | rest], entry), do: [other | set(rest, entry)]

  @doc "Replaces the value of `key`, or raises `KeyError`."
  @spec replace!(t, key, value) :: t
  def replace!(keywords, key, value) when is_list(keywords) and is_atom(key) do
    if has_key?(keywords, key), do: set(keywords, {key, value}), else: raise(KeyError, key: key, term: keywords)
  end

  @doc "Replaces the value of `key`, if it has one, with what `fun` makes of it."
  @spec replace_lazy(t, key, (value -> value)) :: t
  def replace_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 1) do
    case fetch(keywords, key) do
      {:ok, value} -> set(keywords, {key, fun.(value)})
      :error -> keywords
    end
  end

  @doc "Whether both have the same entries, whatever their order."
  @spec equal?(t, t) :: boolean
  def equal?(left, right) when is_list(left) and is_list(right) do
    :lists.sort(left) === :lists.sort(right)
  end

  @doc "The entries of both that share a key, with the second one's values."
  @spec intersect(t, t, (key, value, value -> value)) :: t
  def intersect(keyword1, keyword2, fun \\ fn _key, _value1, value2 -> value2 end) do
    for {key, value} <- keyword1, {:ok, other} <- [fetch(keyword2, key)], do: {key, fun.(key, value, other)}
  end

  @doc "Both in one; entries of the second replace those of the first."
  @spec merge(t, t) :: t
  def merge(keywords1, keywords2)
  def merge(keywords1, []) when is_list(keywords1), do: keywords1
  def merge([], keywords2) when is_list(keywords2), do: keywords2

  def merge(keywords1, keywords2) when is_list(keywords1) and is_list(keywords2) do
    if keyword?(keywords2) do
      keep = fn
        {key, _value} when is_atom(key) -> not :lists.keymember(key, 1, keywords2)
        _ -> raise_not_keyword("first", keywords1)
      end

      :lists.filter(keep, keywords1) ++ keywords2
    else
      raise_not_keyword("second", keywords2)
    end
  end

  @doc "Both in one; `fun` decides where both have a key."
  @spec merge(t, t, (key, value, value -> value)) :: t
  def merge(keywords1, keywords2, fun)
      when is_list(keywords1) and is_list(keywords2) and is_function(fun, 3) do
    if not keyword?(keywords1), do: raise_not_keyword("first", keywords1)
    merge(keywords2, [], keywords1, keywords1, fun, keywords2)
  end

  defp merge([{key, value2} | rest], done, keywords1, left, fun, keywords2) when is_atom(key) do
    case :lists.keyfind(key, 1, keywords1) do
      {^key, value1} ->
        merge(rest, [{key, fun.(key, value1, value2)} | done], :lists.keydelete(key, 1, keywords1), delete(left, key), fun, keywords2)

      false ->
        merge(rest, [{key, value2} | done], keywords1, left, fun, keywords2)
    end
  end

  defp merge([], done, _keywords1, left, _fun, _keywords2), do: left ++ :lists.reverse(done)
  defp merge(_rest, _done, _keywords1, _left, _fun, keywords2), do: raise_not_keyword("second", keywords2)

  defp raise_not_keyword(which, keywords) do
    raise ArgumentError, "expected a keyword list as the #{which} argument, got: #{inspect(keywords)}"
  end

  @doc "Whether there is an entry for `key`."
  @spec has_key?(t, key) :: boolean
  def has_key?(keywords, key) when is_list(keywords) and is_atom(key) do
    :lists.keymember(key, 1, keywords)
  end

  @doc "Updates the value of `key`, or raises `KeyError`."
  @spec update!(t, key, (value -> value)) :: t
  def update!(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 1) do
    set(keywords, {key, fun.(fetch!(keywords, key))})
  end

  @doc "Updates the value of `key`, or puts `default`."
  @spec update(t, key, value, (value -> value)) :: t
  def update(keywords, key, default, fun)
      when is_list(keywords) and is_atom(key) and is_function(fun, 1) do
    case fetch(keywords, key) do
      {:ok, value} -> set(keywords, {key, fun.(value)})
      :error -> keywords ++ [{key, default}]
    end
  end

  @doc "The entries for which `fun` is truthy."
  @spec filter(t, ({key, value} -> as_boolean(term))) :: t
  def filter(keywords, fun) when is_list(keywords) and is_function(fun, 1) do
    :lists.filter(fn entry -> !!fun.(entry) end, keywords)
  end

  @doc "The entries for which `fun` is falsy."
  @spec reject(t, ({key, value} -> as_boolean(term))) :: t
  def reject(keywords, fun) when is_list(keywords) and is_function(fun, 1) do
    :lists.filter(fn entry -> !fun.(entry) end, keywords)
  end

  @doc "The entries with these keys, and the others."
  @spec split(t, [key]) :: {t, t}
  def split(keywords, keys) when is_list(keywords) and is_list(keys) do
    :lists.partition(fn {key, _} -> :lists.member(key, keys) end, keywords)
  end

  @doc "The entries for which `fun` is truthy, and the others."
  @spec split_with(t, ({key, value} -> as_boolean(term))) :: {t, t}
  def split_with(keywords, fun) when is_list(keywords) and is_function(fun, 1) do
    :lists.partition(fn entry -> !!fun.(entry) end, keywords)
  end

  @doc "The entries with these keys."
  @spec take(t, [key]) :: t
  def take(keywords, keys) when is_list(keywords) and is_list(keys) do
    :lists.filter(fn {key, _} -> :lists.member(key, keys) end, keywords)
  end

  @doc "The entries without these keys."
  @spec drop(t, [key]) :: t
  def drop(keywords, keys) when is_list(keywords) and is_list(keys) do
    :lists.filter(fn {key, _} -> not :lists.member(key, keys) end, keywords)
  end

  @doc "Takes all entries for `key` out; the value is the first one's."
  @spec pop(t, key, default) :: {value | default, t} when default: any
  def pop(keywords, key, default \\ nil) when is_list(keywords) and is_atom(key) do
    popped(keywords, key) || {default, keywords}
  end

  defp popped(keywords, key) do
    with {_, value} <- :lists.keyfind(key, 1, keywords), do: {value, without(keywords, key)}
  end

  @doc "`pop/2` that raises `KeyError`."
  @spec pop!(t, key) :: {value, t}
  def pop!(keywords, key) when is_list(keywords) and is_atom(key) do
    popped(keywords, key) || raise KeyError, key: key, term: keywords
  end

  @doc "Takes all values of `key` out."
  @spec pop_values(t, key) :: {[value], t}
  def pop_values(keywords, key) when is_list(keywords) and is_atom(key) do
    {values_of(keywords, key), delete(keywords, key)}
  end

  @doc "`pop/3` whose default `fun` gives."
  @spec pop_lazy(t, key, (-> value)) :: {value, t}
  def pop_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    popped(keywords, key) || {fun.(), keywords}
  end

  @doc "Takes the first entry for `key` out."
  @spec pop_first(t, key, default) :: {value | default, t} when default: any
  def pop_first(keywords, key, default \\ nil) when is_list(keywords) and is_atom(key) do
    {front, value, back} = cut_at(keywords, key, []) || {[], default, keywords}
    {value, :lists.reverse(front, back)}
  end

  @doc "The list, unchanged."
  @spec to_list(t) :: t
  def to_list(keywords) when is_list(keywords), do: keywords

  @doc "Checks that all keys are among `values`, which may bring defaults."
  @spec validate(t, [key | {key, value}]) :: {:ok, t} | {:error, [key]}
  def validate(keyword, values) when is_list(keyword) and is_list(values) do
    {bad, checked, left} = :lists.foldl(&check/2, {[], [], {values, []}}, keyword)
    {ahead, behind} = left

    case bad do
      [] -> {:ok, add_defaults(behind ++ ahead, checked)}
      bad -> {:error, bad}
    end
  end

  # Each entry strikes its key off the allowed ones, so that a second one of the same key is unknown.
  defp check({key, _} = entry, {bad, checked, allowed}) when is_atom(key) do
    case strike(key, allowed) do
      nil -> {[key | bad], checked, allowed}
      allowed -> {bad, [entry | checked], allowed}
    end
  end

  defp check(other, _state) do
    raise ArgumentError, "expected a keyword list as first argument, got invalid entry: #{inspect(other)}"
  end

  # The allowed keys are two lists, searched on from where the last key was, since options mostly come in order.
  # The order of the defaults in the result follows from this, as it does in Elixir.
  defp strike(key, {ahead, behind}) do
    case walk_to(key, ahead, behind) do
      {_ahead, _behind} = left ->
        left

      all ->
        with {rest, walked} <- walk_to(key, all, []), do: {rest, walked}, else: (_ -> nil)
    end
  end

  # What stands behind the key, and what was passed, last first; without the key the latter alone.
  defp walk_to(key, [key | rest], passed), do: {rest, passed}
  defp walk_to(key, [{key, _default} | rest], passed), do: {rest, passed}
  defp walk_to(key, [other | rest], passed), do: walk_to(key, rest, [other | passed])
  defp walk_to(_key, [], passed), do: passed

  defp add_defaults(left, checked) do
    :lists.foldl(&add_default/2, checked, left)
  end

  defp add_default({_key, _default} = entry, checked), do: [entry | checked]
  defp add_default(key, checked) when is_atom(key), do: checked

  defp add_default(other, _checked) do
    raise ArgumentError, "expected the second argument to be a list of atoms or tuples, got: #{inspect(other)}"
  end

  @doc "`validate/2` that raises `ArgumentError`."
  @spec validate!(t, [key | {key, value}]) :: t
  def validate!(keyword, values) do
    case validate(keyword, values) do
      {:ok, keyword} ->
        keyword

      {:error, invalid_keys} ->
        raise ArgumentError,
              "unknown keys #{inspect(invalid_keys)} in #{inspect(keyword)}, " <>
                "the allowed keys are: #{inspect(for value <- values, do: if(is_atom(value), do: value, else: elem(value, 0)))}"
    end
  end

  @doc false
  @deprecated "Use Kernel.length/1 instead"
  def size(keyword), do: length(keyword)

  @doc false
  @deprecated "Use Keyword.fetch/2 + Keyword.delete/2 instead"
  def delete(keywords, key, value) when is_list(keywords) and is_atom(key) do
    :lists.filter(fn entry -> entry !== {key, value} end, keywords)
  end

  @doc false
  @deprecated "Use Keyword.new/2 instead"
  def map(keywords, fun), do: :lists.map(fn {key, value} -> {key, fun.({key, value})} end, keywords)
end
