defmodule :queue do
  @moduledoc false
  # Queues with two ends, as two lists that meet at their tails: `{rear, front}`, each beginning with the element at its
  # end. The ends are alike, so every function of an end is written once, for a queue seen from there: `near` is the
  # list that begins at that end, `far` the other. Either list may be empty only if the other has at most one element;
  # queues that break this, which a program can only have made by itself, work all the same, but slower.

  defguardp is_ends(rear, front) when is_list(rear) and is_list(front)

  def new, do: {[], []}

  def is_queue({rear, front}) when is_ends(rear, front), do: true
  def is_queue(_), do: false

  def is_empty({rear, front}) when is_ends(rear, front), do: rear == [] and front == []
  def is_empty(_), do: :erlang.error(:badarg)

  def len({rear, front}) when is_ends(rear, front), do: length(rear) + length(front)
  def len(_), do: :erlang.error(:badarg)

  def to_list({rear, front}) when is_ends(rear, front), do: front ++ :lists.reverse(rear)
  def to_list(_), do: :erlang.error(:badarg)

  def from_list(list) when is_list(list) do
    {front, rear} = shared(list)
    {rear, front}
  end

  def from_list(_), do: :erlang.error(:badarg)

  # --- the ends --------------------------------------------------------------------------------------

  # A queue as it is seen from an end, to make one or to take one apart.
  defmacrop seen_from(:front, near, far), do: {far, near}
  defmacrop seen_from(:rear, near, far), do: {near, far}

  front = [:in_r, :out, :get, :peek, :drop, :delete, :delete_with]
  rear = [:in, :out_r, :get_r, :peek_r, :drop_r, :delete_r, :delete_with_r]

  for {side, [add, out, get, peek, drop, delete, delete_with]} <- [front: front, rear: rear] do
    # A single element lies on the side that it came to; another one pushes it to the other.
    def unquote(add)(x, seen_from(unquote(side), [_] = near, [])), do: seen_from(unquote(side), [x], near)

    def unquote(add)(x, seen_from(unquote(side), near, far)) when is_ends(near, far),
      do: seen_from(unquote(side), [x | near], far)

    def unquote(add)(_x, _queue), do: :erlang.error(:badarg)

    def unquote(out)(seen_from(unquote(side), [x | near], far)) when near != [] and is_list(far),
      do: {{:value, x}, seen_from(unquote(side), near, far)}

    def unquote(out)(seen_from(unquote(side), [x], far)) when is_list(far) do
      {far, near} = shared(far)
      {{:value, x}, seen_from(unquote(side), near, far)}
    end

    def unquote(out)(seen_from(unquote(side), [], far) = queue) when is_list(far) do
      case :lists.reverse(far) do
        [] -> {:empty, queue}
        [x] -> {{:value, x}, {[], []}}
        [x | near] -> {{:value, x}, seen_from(unquote(side), :lists.droplast(near), [hd(far)])}
      end
    end

    def unquote(out)(_queue), do: :erlang.error(:badarg)

    def unquote(get)(queue) do
      case unquote(peek)(queue) do
        {:value, x} -> x
        :empty -> :erlang.error(:empty)
      end
    end

    def unquote(peek)(seen_from(unquote(side), near, far)) when is_ends(near, far) do
      case {near, far} do
        {[x | _], _} -> {:value, x}
        {[], []} -> :empty
        _ -> {:value, :lists.last(far)}
      end
    end

    def unquote(peek)(_queue), do: :erlang.error(:badarg)

    def unquote(drop)(queue) do
      case unquote(out)(queue) do
        {:empty, _} -> :erlang.error(:empty)
        {_, queue} -> queue
      end
    end

    def unquote(delete)(x, queue), do: unquote(delete_with)(&(&1 === x), queue)

    # The first from this end goes. The other list is looked through from its inner end.
    def unquote(delete_with)(gone?, seen_from(unquote(side), near, far) = queue)
        when is_function(gone?, 1) and is_ends(near, far) do
      case cut(gone?, near, []) do
        {:ok, []} ->
          evened(seen_from(unquote(side), [], far))

        {:ok, near} ->
          seen_from(unquote(side), near, far)

        :none ->
          case cut(gone?, :lists.reverse(far), []) do
            {:ok, []} -> evened(seen_from(unquote(side), near, []))
            {:ok, turned} -> seen_from(unquote(side), near, :lists.reverse(turned))
            :none -> queue
          end
      end
    end

    def unquote(delete_with)(_gone?, _queue), do: :erlang.error(:badarg)
  end

  # The list without the first element that is to go.
  defp cut(_gone?, [], _seen), do: :none

  defp cut(gone?, [x | rest], seen) do
    if gone?.(x), do: {:ok, :lists.reverse(seen, rest)}, else: cut(gone?, rest, [x | seen])
  end

  # --- whole queues ----------------------------------------------------------------------------------

  def member(x, {rear, front}) when is_ends(rear, front), do: :lists.member(x, rear) or :lists.member(x, front)
  def member(_, _), do: :erlang.error(:badarg)

  def reverse({rear, front}) when is_ends(rear, front), do: {front, rear}
  def reverse(_), do: :erlang.error(:badarg)

  def join({rear1, front1} = queue, {rear2, front2}) when is_ends(rear1, front1) and is_ends(rear2, front2) do
    cond do
      rear2 == [] and front2 == [] -> queue
      rear1 == [] and front1 == [] -> {rear2, front2}
      true -> {rear2, front1 ++ :lists.reverse(rear1, front2)}
    end
  end

  def join(_, _), do: :erlang.error(:badarg)

  # Of a list that is cut through, the part that goes over to another queue keeps its first element only and turns round.
  def split(count, {rear, front} = queue) when is_integer(count) and count >= 0 and is_ends(rear, front) do
    ahead = length(front)

    cond do
      count == 0 ->
        {new(), queue}

      count == ahead ->
        {evened({[], front}), evened({rear, []})}

      count < ahead ->
        {[x | first], rest} = :lists.split(count, front)
        {{:lists.reverse(first), [x]}, {rear, rest}}

      count == ahead + length(rear) ->
        {queue, new()}

      count > ahead + length(rear) ->
        :erlang.error(:badarg)

      true ->
        {[x | later], sooner} = :lists.split(length(rear) - (count - ahead), rear)
        {{sooner, front}, {[x], :lists.reverse(later)}}
    end
  end

  def split(_, _), do: :erlang.error(:badarg)

  # The fun may answer with a boolean, or with a list to put in the element's place.
  def filter(fun, {rear, front}) when is_function(fun, 1) and is_ends(rear, front) do
    kept = fn x ->
      case fun.(x) do
        true -> [x]
        false -> []
        list when is_list(list) -> list
      end
    end

    front = for x <- front, y <- kept.(x), do: y
    evened({:lists.foldr(fn x, rear -> :lists.reverse(kept.(x), rear) end, [], rear), front})
  end

  def filter(_, _), do: :erlang.error(:badarg)

  def filtermap(fun, {rear, front}) when is_function(fun, 1) and is_ends(rear, front) do
    front = :lists.filtermap(fun, front)
    evened({:lists.reverse(:lists.filtermap(fun, :lists.reverse(rear))), front})
  end

  def filtermap(_, _), do: :erlang.error(:badarg)

  def fold(fun, acc, {rear, front}) when is_function(fun, 2) and is_ends(rear, front),
    do: :lists.foldr(fun, :lists.foldl(fun, acc, front), rear)

  def fold(_, _, _), do: :erlang.error(:badarg)

  def any(fun, {rear, front}) when is_function(fun, 1) and is_ends(rear, front),
    do: :lists.any(fun, front) or :lists.any(fun, rear)

  def any(_, _), do: :erlang.error(:badarg)

  def all(fun, {rear, front}) when is_function(fun, 1) and is_ends(rear, front),
    do: :lists.all(fun, front) and :lists.all(fun, rear)

  def all(_, _), do: :erlang.error(:badarg)

  # --- both sides from one ---------------------------------------------------------------------------

  defp evened({[], front}), do: from_list(front)
  defp evened({rear, []}), do: shared(rear)
  defp evened(queue), do: queue

  # A list as the two sides of a queue: half of it stays, and the rest is turned round for the other end.
  defp shared(list) do
    {kept, given} = :lists.split(div(length(list), 2), list)
    {kept, :lists.reverse(given)}
  end

  # --- the names of Okasaki's queues -----------------------------------------------------------------

  def cons(x, queue), do: in_r(x, queue)
  def head(queue), do: get(queue)
  def tail(queue), do: drop(queue)
  def snoc(queue, x), do: :queue.in(x, queue)
  def daeh(queue), do: get_r(queue)
  def last(queue), do: get_r(queue)
  def liat(queue), do: drop_r(queue)
  def lait(queue), do: drop_r(queue)
  def init(queue), do: drop_r(queue)
end
