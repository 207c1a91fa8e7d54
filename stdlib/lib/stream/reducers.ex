defmodule Stream.Reducers do
  @moduledoc false
  # Reducers of reducers: each takes the next reducer and returns one. The accumulator is
  # `[outer | inner]`, where a reducer with a state of its own finds it behind the head.

  def map(fun), do: fn next -> fn element, acc -> next.(fun.(element), acc) end end

  def filter(fun) do
    fn next -> fn element, acc -> if fun.(element), do: next.(element, acc), else: {:cont, acc} end end
  end

  def reject(fun) do
    fn next -> fn element, acc -> if fun.(element), do: {:cont, acc}, else: next.(element, acc) end end
  end

  def take_while(fun) do
    fn next -> fn element, acc -> if fun.(element), do: next.(element, acc), else: {:halt, acc} end end
  end

  def drop_while(fun) do
    stateful(fn element, head, dropping, tail, next ->
      if dropping && fun.(element),
        do: skip(head, true, tail),
        else: pass(next, element, head, false, tail)
    end)
  end

  def drop do
    stateful(fn
      _element, head, left, tail, _next when left > 0 -> skip(head, left - 1, tail)
      element, head, 0, tail, next -> pass(next, element, head, 0, tail)
    end)
  end

  def drop_every(nth) do
    stateful(fn
      _element, head, left, tail, _next when left === nth -> skip(head, 1, tail)
      element, head, left, tail, next -> pass(next, element, head, left + 1, tail)
    end)
  end

  def take_every(nth) do
    # The first element always passes.
    stateful(fn
      element, head, left, tail, next when left === nth -> pass(next, element, head, 1, tail)
      _element, head, left, tail, _next -> skip(head, left + 1, tail)
    end)
  end

  def map_every(nth, fun) do
    stateful(fn
      element, head, left, tail, next when left === nth -> pass(next, fun.(element), head, 1, tail)
      element, head, left, tail, next -> pass(next, element, head, left + 1, tail)
    end)
  end

  def take do
    stateful(fn
      element, head, 1, tail, next ->
        case pass(next, element, head, 0, tail) do
          {:cont, acc} -> {:halt, acc}
          other -> other
        end

      element, head, left, tail, next when left > 1 ->
        pass(next, element, head, left - 1, tail)

      _element, head, left, tail, _next ->
        {:halt, [head, left | tail]}
    end)
  end

  def dedup(fun) do
    stateful(fn element, head, previous, tail, next ->
      value = fun.(element)

      case previous do
        {:value, ^value} -> skip(head, previous, tail)
        _ -> pass(next, element, head, {:value, value}, tail)
      end
    end)
  end

  def uniq(fun) do
    stateful(fn element, head, seen, tail, next ->
      value = fun.(element)

      case seen do
        %{^value => true} -> skip(head, seen, tail)
        %{} -> pass(next, element, head, :maps.put(value, true, seen), tail)
      end
    end)
  end

  def scan(fun) do
    stateful(fn
      element, head, :first, tail, next ->
        pass(next, element, head, {:acc, element}, tail)

      element, head, {:acc, acc}, tail, next ->
        value = fun.(element, acc)
        pass(next, value, head, {:acc, value}, tail)
    end)
  end

  def with_index(fun) do
    stateful(fn element, head, index, tail, next ->
      pass(next, fun.(element, index), head, index + 1, tail)
    end)
  end

  def chunk_while(chunk_fun) do
    stateful(fn element, head, [acc | after_fun], tail, next ->
      case chunk_fun.(element, acc) do
        {:cont, chunk, acc} -> emit_chunk(next, chunk, head, [acc | after_fun], tail)
        {:cont, acc} -> skip(head, [acc | after_fun], tail)
        {:halt, acc} -> {:halt, [head, [acc | after_fun] | tail]}
      end
    end)
  end

  @doc "What is left in a chunk goes out when the elements end, unless nobody wants more."
  def after_chunk_while(acc, :halted, _next), do: acc

  def after_chunk_while(acc, [chunk_acc | after_fun], next) do
    case after_fun.(chunk_acc) do
      {:cont, chunk, _acc} ->
        {_, [acc]} = next.(chunk, [acc])
        acc

      {:cont, _acc} ->
        acc
    end
  end

  def chunk_every(count, step) do
    fn element, {buffer, size} ->
      buffer = [element | buffer]
      size = size + 1

      cond do
        # Elements between two chunks.
        size <= 0 -> {:cont, {[], size}}
        size == count -> {:cont, :lists.reverse(buffer), next_chunk(buffer, count, step)}
        true -> {:cont, {buffer, size}}
      end
    end
  end

  defp next_chunk(_buffer, count, step) when step >= count, do: {[], count - step}
  defp next_chunk(buffer, count, step), do: {Enum.take(buffer, count - step), count - step}

  def chunk_every_end(_count, :discard), do: fn acc -> {:cont, acc} end

  def chunk_every_end(count, leftover) do
    fn
      {[], _size} = acc -> {:cont, acc}
      {buffer, size} = acc -> {:cont, :lists.reverse(buffer, Enum.take(leftover, count - size)), acc}
    end
  end

  defp stateful(step) do
    fn next -> fn element, [head, state | tail] -> step.(element, head, state, tail, next) end end
  end

  defp emit_chunk(next, chunk, head, state, tail) do
    case pass(next, chunk, head, state, tail) do
      {:halt, [head, _state | tail]} -> {:halt, [head, :halted | tail]}
      other -> other
    end
  end

  defp skip(head, state, tail), do: {:cont, [head, state | tail]}

  # The next reducer sees the accumulator without this one's state.
  defp pass(next, element, head, state, tail) do
    {reason, [head | tail]} = next.(element, [head | tail])
    {reason, [head, state | tail]}
  end
end
