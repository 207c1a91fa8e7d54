defmodule Tuple do
  @moduledoc "Functions for tuples: fixed-size, contiguous."

  @doc "A tuple with `data` `size` times."
  @spec duplicate(term, non_neg_integer) :: tuple
  def duplicate(data, size), do: :erlang.make_tuple(size, data)

  @doc "Inserts an element at `index`."
  @spec insert_at(tuple, non_neg_integer, term) :: tuple
  def insert_at(tuple, index, value), do: :erlang.insert_element(index + 1, tuple, value)

  @doc false
  @deprecated "Use insert_at instead"
  def append(tuple, value), do: :erlang.append_element(tuple, value)

  @doc "Removes the element at `index`."
  @spec delete_at(tuple, non_neg_integer) :: tuple
  def delete_at(tuple, index), do: :erlang.delete_element(index + 1, tuple)

  @doc "The sum of the elements."
  @spec sum(tuple) :: number
  def sum(tuple), do: sum(tuple, tuple_size(tuple))
  defp sum(_tuple, 0), do: 0
  defp sum(tuple, index), do: sum(tuple, index - 1) + :erlang.element(index, tuple)

  @doc "The product of the elements."
  @spec product(tuple) :: number
  def product(tuple), do: product(tuple, tuple_size(tuple))
  defp product(_tuple, 0), do: 1
  defp product(tuple, index), do: product(tuple, index - 1) * :erlang.element(index, tuple)

  @doc "The elements as a list."
  @spec to_list(tuple) :: list
  def to_list(tuple), do: :erlang.tuple_to_list(tuple)
end
