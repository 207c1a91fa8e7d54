defmodule :queue do
  @moduledoc false
  # Queues with two ends: `{rear, front}`, the rear in reverse. A queue of two or more elements keeps at least one
  # on each side, so that both ends are found at once.

  def new, do: {[], []}

  def is_queue({rear, front}) when is_list(rear) and is_list(front), do: true
  def is_queue(_), do: false

  def is_empty({[], []}), do: true
  def is_empty({rear, front}) when is_list(rear) and is_list(front), do: false
  def is_empty(_), do: :erlang.error(:badarg)

  def len({rear, front}) when is_list(rear) and is_list(front), do: length(rear) + length(front)
  def len(_), do: :erlang.error(:badarg)

  def to_list({rear, front}) when is_list(rear) and is_list(front), do: front ++ :lists.reverse(rear)
  def to_list(_), do: :erlang.error(:badarg)

  def from_list(list) when is_list(list), do: from_front(list)
  def from_list(_), do: :erlang.error(:badarg)

  def member(x, {rear, front}) when is_list(rear) and is_list(front),
    do: :lists.member(x, rear) or :lists.member(x, front)

  def member(_, _), do: :erlang.error(:badarg)

  # The ends

  def unquote(:in)(x, {[_] = rear, []}), do: {[x], rear}
  def unquote(:in)(x, {rear, front}) when is_list(rear) and is_list(front), do: {[x | rear], front}
  def unquote(:in)(_, _), do: :erlang.error(:badarg)

  def in_r(x, {[], [_] = front}), do: {front, [x]}
  def in_r(x, {rear, front}) when is_list(rear) and is_list(front), do: {rear, [x | front]}
  def in_r(_, _), do: :erlang.error(:badarg)

  def out({[], []} = queue), do: {:empty, queue}
  def out({[x], []}), do: {{:value, x}, {[], []}}

  def out({[last | rear], []}) do
    [x | front] = :lists.reverse(rear, [])
    {{:value, x}, {[last], front}}
  end

  def out({rear, [x]}) when is_list(rear), do: {{:value, x}, from_rear(rear)}
  def out({rear, [x | front]}) when is_list(rear), do: {{:value, x}, {rear, front}}
  def out(_), do: :erlang.error(:badarg)

  def out_r({[], []} = queue), do: {:empty, queue}
  def out_r({[], [x]}), do: {{:value, x}, {[], []}}

  def out_r({[], [first | front]}) do
    [x | rear] = :lists.reverse(front, [])
    {{:value, x}, {rear, [first]}}
  end

  def out_r({[x], front}) when is_list(front), do: {{:value, x}, from_front(front)}
  def out_r({[x | rear], front}) when is_list(front), do: {{:value, x}, {rear, front}}
  def out_r(_), do: :erlang.error(:badarg)

  def get({[], []}), do: :erlang.error(:empty)
  def get({_, [x | _]}), do: x
  def get({rear, []}) when is_list(rear), do: :lists.last(rear)
  def get(_), do: :erlang.error(:badarg)

  def get_r({[], []}), do: :erlang.error(:empty)
  def get_r({[x | _], _}), do: x
  def get_r({[], front}) when is_list(front), do: :lists.last(front)
  def get_r(_), do: :erlang.error(:badarg)

  def peek({[], []}), do: :empty
  def peek(queue), do: {:value, get(queue)}

  def peek_r({[], []}), do: :empty
  def peek_r(queue), do: {:value, get_r(queue)}

  def drop(queue) do
    case out(queue) do
      {:empty, _} -> :erlang.error(:empty)
      {_, queue} -> queue
    end
  end

  def drop_r(queue) do
    case out_r(queue) do
      {:empty, _} -> :erlang.error(:empty)
      {_, queue} -> queue
    end
  end

  # Whole queues

  def reverse({rear, front}) when is_list(rear) and is_list(front), do: {front, rear}
  def reverse(_), do: :erlang.error(:badarg)

  def join({rear, front} = queue, {[], []}) when is_list(rear) and is_list(front), do: queue
  def join({[], []}, {rear, front} = queue) when is_list(rear) and is_list(front), do: queue

  def join({rear1, front1}, {rear2, front2})
      when is_list(rear1) and is_list(front1) and is_list(rear2) and is_list(front2),
      do: {rear2, front1 ++ :lists.reverse(rear1, front2)}

  def join(_, _), do: :erlang.error(:badarg)

  def split(0, {rear, front} = queue) when is_list(rear) and is_list(front), do: {{[], []}, queue}

  def split(count, {rear, front} = queue) when is_integer(count) and count >= 1 and is_list(rear) and is_list(front) do
    list = to_list(queue)
    size = length(list)

    cond do
      count == size -> {queue, {[], []}}
      count > size -> :erlang.error(:badarg)
      true -> halves(:lists.split(count, list))
    end
  end

  def split(_, _), do: :erlang.error(:badarg)

  defp halves({first, second}), do: {from_front(first), from_front(second)}

  def filter(fun, {rear, front}) when is_function(fun, 1) and is_list(rear) and is_list(front) do
    front = filter_front(fun, front)
    balance(filter_rear(fun, rear), front)
  end

  def filter(_, _), do: :erlang.error(:badarg)

  # The fun may answer with a boolean or with a list to put in the element's place.
  defp filter_front(_, []), do: []

  defp filter_front(fun, [x | rest]) do
    case fun.(x) do
      true -> [x | filter_front(fun, rest)]
      false -> filter_front(fun, rest)
      [] -> filter_front(fun, rest)
      list when is_list(list) -> list ++ filter_front(fun, rest)
    end
  end

  defp filter_rear(_, []), do: []

  defp filter_rear(fun, [x | rest]) do
    rest = filter_rear(fun, rest)

    case fun.(x) do
      true -> [x | rest]
      false -> rest
      list when is_list(list) -> :lists.reverse(list, rest)
    end
  end

  def filtermap(fun, {rear, front}) when is_function(fun, 1) and is_list(rear) and is_list(front) do
    front = :lists.filtermap(fun, front)
    balance(:lists.reverse(:lists.filtermap(fun, :lists.reverse(rear))), front)
  end

  def filtermap(_, _), do: :erlang.error(:badarg)

  def fold(fun, acc, {rear, front}) when is_function(fun, 2) and is_list(rear) and is_list(front),
    do: :lists.foldr(fun, :lists.foldl(fun, acc, front), rear)

  def fold(_, _, _), do: :erlang.error(:badarg)

  def any(fun, {rear, front}) when is_function(fun, 1) and is_list(rear) and is_list(front),
    do: :lists.any(fun, front) or :lists.any(fun, rear)

  def any(_, _), do: :erlang.error(:badarg)

  def all(fun, {rear, front}) when is_function(fun, 1) and is_list(rear) and is_list(front),
    do: :lists.all(fun, front) and :lists.all(fun, rear)

  def all(_, _), do: :erlang.error(:badarg)

  def delete(x, queue), do: delete_with(&(&1 === x), queue)
  def delete_r(x, queue), do: delete_with_r(&(&1 === x), queue)

  def delete_with(fun, {rear, front} = queue) when is_function(fun, 1) and is_list(rear) and is_list(front) do
    case first(fun, to_list(queue), []) do
      :none -> queue
      list -> from_front(list)
    end
  end

  def delete_with(_, _), do: :erlang.error(:badarg)

  def delete_with_r(fun, queue), do: reverse(delete_with(fun, reverse(queue)))

  defp first(_, [], _), do: :none

  defp first(fun, [x | rest], seen) do
    if fun.(x), do: :lists.reverse(seen, rest), else: first(fun, rest, [x | seen])
  end

  # The names of Okasaki's queues

  def cons(x, queue), do: in_r(x, queue)
  def head(queue), do: get(queue)
  def tail(queue), do: drop(queue)
  def snoc(queue, x), do: :queue.in(x, queue)
  def daeh(queue), do: get_r(queue)
  def last(queue), do: get_r(queue)
  def liat(queue), do: drop_r(queue)
  def lait(queue), do: drop_r(queue)
  def init(queue), do: drop_r(queue)

  # Both sides from one

  defp balance([], front), do: from_front(front)
  defp balance(rear, []), do: from_rear(rear)
  defp balance(rear, front), do: {rear, front}

  defp from_rear([]), do: {[], []}
  defp from_rear([_] = rear), do: {[], rear}
  defp from_rear([x, y]), do: {[x], [y]}

  defp from_rear(rear) do
    {rear, front} = :lists.split(div(length(rear), 2) + 1, rear)
    {rear, :lists.reverse(front, [])}
  end

  defp from_front([]), do: {[], []}
  defp from_front([_] = front), do: {front, []}
  defp from_front([x, y]), do: {[y], [x]}

  defp from_front(front) do
    {front, rear} = :lists.split(div(length(front), 2) + 1, front)
    {:lists.reverse(rear, []), front}
  end
end
