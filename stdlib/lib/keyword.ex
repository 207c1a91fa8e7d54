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
    Enum.reduce(Enum.reverse(pairs), [], fn pair, acc ->
      {key, value} = transform.(pair)
      put_new(acc, key, value)
    end)
  end

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
    get_and_update(keywords, [], key, fun)
  end

  defp get_and_update([{key, current} | rest], front, key, fun) do
    case fun.(current) do
      {get, value} -> {get, :lists.reverse(front, [{key, value} | rest])}
      :pop -> {current, :lists.reverse(front, rest)}
      other -> raise_get_and_update(other)
    end
  end

  defp get_and_update([{_, _} = pair | rest], front, key, fun) do
    get_and_update(rest, [pair | front], key, fun)
  end

  defp get_and_update([], front, key, fun) do
    case fun.(nil) do
      {get, value} -> {get, [{key, value} | :lists.reverse(front)]}
      :pop -> {nil, :lists.reverse(front)}
      other -> raise_get_and_update(other)
    end
  end

  defp raise_get_and_update(other) do
    raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
  end

  @doc "`get_and_update/3` that raises `KeyError`."
  @spec get_and_update!(t, key, (value -> {value, value} | :pop)) :: {value, t}
  def get_and_update!(keywords, key, fun) when is_list(keywords) and is_atom(key) do
    if has_key?(keywords, key),
      do: get_and_update(keywords, [], key, fun),
      else: raise(KeyError, key: key, term: :lists.reverse(keywords))
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
    if :lists.keymember(key, 1, keywords), do: delete_all(keywords, key), else: keywords
  end

  defp delete_all([{key, _} | rest], key), do: delete_all(rest, key)
  defp delete_all([{_, _} = pair | rest], key), do: [pair | delete_all(rest, key)]
  defp delete_all([], _key), do: []

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
    if has_key?(keywords, key), do: replace_first(keywords, key, fn _ -> value end), else: keywords
  end

  @doc "Replaces the value of `key`, or raises `KeyError`."
  @spec replace!(t, key, value) :: t
  def replace!(keywords, key, value) when is_list(keywords) and is_atom(key) do
    update!(keywords, key, fn _ -> value end)
  end

  @doc "Replaces the value of `key`, if it has one, with what `fun` makes of it."
  @spec replace_lazy(t, key, (value -> value)) :: t
  def replace_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 1) do
    if has_key?(keywords, key), do: replace_first(keywords, key, fun), else: keywords
  end

  defp replace_first([{key, value} | rest], key, fun), do: [{key, fun.(value)} | delete_all(rest, key)]
  defp replace_first([pair | rest], key, fun), do: [pair | replace_first(rest, key, fun)]

  @doc "Whether both have the same entries, whatever their order."
  @spec equal?(t, t) :: boolean
  def equal?(left, right) when is_list(left) and is_list(right) do
    :lists.sort(left) === :lists.sort(right)
  end

  @doc "The entries of both that share a key, with the second one's values."
  @spec intersect(t, t, (key, value, value -> value)) :: t
  def intersect(keyword1, keyword2, fun \\ fn _key, _value1, value2 -> value2 end)
  def intersect([], _keyword2, _fun), do: []

  def intersect([{key, value1} | rest], keyword2, fun) do
    case :lists.keyfind(key, 1, keyword2) do
      {_, value2} -> [{key, fun.(key, value1, value2)} | intersect(rest, keyword2, fun)]
      false -> intersect(rest, keyword2, fun)
    end
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
    if has_key?(keywords, key),
      do: replace_first(keywords, key, fun),
      else: raise(KeyError, key: key, term: keywords)
  end

  @doc "Updates the value of `key`, or puts `default`."
  @spec update(t, key, value, (value -> value)) :: t
  def update(keywords, key, default, fun)
      when is_list(keywords) and is_atom(key) and is_function(fun, 1) do
    if has_key?(keywords, key),
      do: replace_first(keywords, key, fun),
      else: keywords ++ [{key, default}]
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
    case fetch(keywords, key) do
      {:ok, value} -> {value, delete(keywords, key)}
      :error -> {default, keywords}
    end
  end

  @doc "`pop/2` that raises `KeyError`."
  @spec pop!(t, key) :: {value, t}
  def pop!(keywords, key) when is_list(keywords) and is_atom(key) do
    case fetch(keywords, key) do
      {:ok, value} -> {value, delete(keywords, key)}
      :error -> raise KeyError, key: key, term: keywords
    end
  end

  @doc "Takes all values of `key` out."
  @spec pop_values(t, key) :: {[value], t}
  def pop_values(keywords, key) when is_list(keywords) and is_atom(key) do
    {values_of(keywords, key), delete(keywords, key)}
  end

  @doc "`pop/3` whose default `fun` gives."
  @spec pop_lazy(t, key, (-> value)) :: {value, t}
  def pop_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    case fetch(keywords, key) do
      {:ok, value} -> {value, delete(keywords, key)}
      :error -> {fun.(), keywords}
    end
  end

  @doc "Takes the first entry for `key` out."
  @spec pop_first(t, key, default) :: {value | default, t} when default: any
  def pop_first(keywords, key, default \\ nil) when is_list(keywords) and is_atom(key) do
    case :lists.keytake(key, 1, keywords) do
      {:value, {^key, value}, rest} -> {value, rest}
      false -> {default, keywords}
    end
  end

  @doc "Returns the keyword list itself."
  @spec to_list(t) :: t
  def to_list(keywords) when is_list(keywords), do: keywords

  @doc "Checks that all keys are among `values`, which may bring defaults."
  @spec validate(t, [key | {key, value}]) :: {:ok, t} | {:error, [key]}
  def validate(keyword, values) when is_list(keyword) and is_list(values) do
    case validate(keyword, values, [], [], []) do
      {:ok, validated} -> {:ok, validated}
      {:error, unknown} -> {:error, unknown}
    end
  end

  # Entries are checked one by one; each takes its key out of the allowed ones.
  defp validate([{key, _} = pair | rest], values1, values2, done, bad) when is_atom(key) do
    case take_key(key, values1, values2) do
      {values1, values2} -> validate(rest, values1, values2, [pair | done], bad)
      :error -> validate(rest, values1, values2, done, [key | bad])
    end
  end

  defp validate([], values1, values2, done, []) do
    {:ok, add_defaults(values1, add_defaults(values2, done))}
  end

  defp validate([], _values1, _values2, _done, bad), do: {:error, bad}

  defp validate([other | _], _values1, _values2, _done, _bad) do
    raise ArgumentError, "expected a keyword list as first argument, got invalid entry: #{inspect(other)}"
  end

  defp take_key(key, [key | rest], passed), do: {rest, passed}
  defp take_key(key, [{key, _} | rest], passed), do: {rest, passed}
  defp take_key(key, [other | rest], passed), do: take_key(key, rest, [other | passed])
  defp take_key(_key, [], []), do: :error
  defp take_key(key, [], passed), do: take_last(key, passed, [])

  defp take_last(key, [key | rest], kept), do: {kept, rest}
  defp take_last(key, [{key, _} | rest], kept), do: {kept, rest}
  defp take_last(key, [other | rest], kept), do: take_last(key, rest, [other | kept])
  defp take_last(_key, [], _kept), do: :error

  defp add_defaults([key | rest], acc) when is_atom(key), do: add_defaults(rest, acc)
  defp add_defaults([{key, value} | rest], acc), do: add_defaults(rest, [{key, value} | acc])
  defp add_defaults([], acc), do: acc

  @doc "`validate/2` that raises `ArgumentError`."
  @spec validate!(t, [key | {key, value}]) :: t
  def validate!(keyword, values) do
    case validate(keyword, values) do
      {:ok, keyword} ->
        keyword

      {:error, invalid_keys} ->
        keys =
          for value <- values,
              do: if(is_atom(value), do: value, else: :erlang.element(1, value))

        raise ArgumentError,
              "unknown keys #{inspect(invalid_keys)} in #{inspect(keyword)}, " <>
                "the allowed keys are: #{inspect(keys)}"
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
  @deprecated "Use Enum.map/2 instead"
  def map(keywords, fun), do: :lists.map(fn {key, value} -> {key, fun.({key, value})} end, keywords)
end
