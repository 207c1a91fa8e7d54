defprotocol Enumerable do
  @moduledoc """
  What a data type offers so that `Enum` and `Stream` can walk over it.

  `reduce/3` is the one required way; the other functions are
  short cuts that answer `{:error, __MODULE__}` when the type has none.
  """

  @type acc :: {:cont, term} | {:halt, term} | {:suspend, term}
  @type reducer :: (element :: term, element_acc :: term -> acc)
  @type result ::
          {:done, term} | {:halted, term} | {:suspended, term, continuation}
  @type continuation :: (acc -> result)
  @type slicing_fun ::
          (start :: non_neg_integer, length :: pos_integer, step :: pos_integer -> [term()])
  @type to_list_fun :: (t -> [term()])

  @doc "Folds `enumerable` with `fun`, which says whether to go on, stop or pause."
  @spec reduce(t, acc, reducer) :: result
  def reduce(enumerable, acc, fun)

  @doc "The number of elements, when it is known without walking."
  @spec count(t) :: {:ok, non_neg_integer} | {:error, module}
  def count(enumerable)

  @doc "Whether `element` is in the collection, when that is known without walking."
  @spec member?(t, term) :: {:ok, boolean} | {:error, module}
  def member?(enumerable, element)

  @doc "A size and a function that takes a slice, when positions can be reached directly."
  @spec slice(t) ::
          {:ok, size :: non_neg_integer(), slicing_fun() | to_list_fun()} | {:error, module()}
  def slice(enumerable)
end

defimpl Enumerable, for: List do
  def count(list), do: {:ok, length(list)}
  def member?([], _value), do: {:ok, false}
  def member?(_list, _value), do: {:error, __MODULE__}
  def slice([]), do: {:ok, 0, fn _start, _count, _step -> [] end}
  def slice(_list), do: {:error, __MODULE__}

  def reduce(_list, {:halt, acc}, _fun), do: {:halted, acc}
  def reduce(list, {:suspend, acc}, fun), do: {:suspended, acc, &reduce(list, &1, fun)}
  def reduce([], {:cont, acc}, _fun), do: {:done, acc}
  def reduce([head | tail], {:cont, acc}, fun), do: reduce(tail, fun.(head, acc), fun)
end

defimpl Enumerable, for: Map do
  def count(map), do: {:ok, map_size(map)}

  def member?(map, {key, value}) do
    case map do
      %{^key => found} -> {:ok, found === value}
      _ -> {:ok, false}
    end
  end

  def member?(_map, _other), do: {:ok, false}

  def slice(map), do: {:ok, map_size(map), &:maps.to_list/1}

  def reduce(map, acc, fun), do: Enumerable.List.reduce(:maps.to_list(map), acc, fun)
end

defimpl Enumerable, for: Function do
  def count(_function), do: {:error, __MODULE__}
  def member?(_function, _value), do: {:error, __MODULE__}
  def slice(_function), do: {:error, __MODULE__}

  def reduce(function, acc, fun) when is_function(function, 2), do: function.(acc, fun)

  def reduce(function, _acc, _fun) do
    raise Protocol.UndefinedError,
      protocol: @protocol,
      value: function,
      description: "only anonymous functions of arity 2 are enumerable"
  end
end
