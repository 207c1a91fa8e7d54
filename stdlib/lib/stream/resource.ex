defmodule Stream.Resource do
  @moduledoc false
  # Streams that are functions: unfold, resource, transform, cycle, into.

  def unfold(acc, next_fun, command, fun)
  def unfold(seed, next_fun, {:suspend, acc}, fun), do: {:suspended, acc, &unfold(seed, next_fun, &1, fun)}
  def unfold(_seed, _next_fun, {:halt, acc}, _fun), do: {:halted, acc}

  def unfold(seed, next_fun, {:cont, acc}, fun) do
    case next_fun.(seed) do
      nil -> {:done, acc}
      {element, seed} -> unfold(seed, next_fun, fun.(element, acc), fun)
    end
  end

  ## resource

  def reduce(start_fun, next_fun, after_fun, {:suspend, acc}, fun) do
    {:suspended, acc, &reduce(start_fun, next_fun, after_fun, &1, fun)}
  end

  def reduce(_start_fun, _next_fun, _after_fun, {:halt, acc}, _fun), do: {:halted, acc}

  def reduce(start_fun, next_fun, after_fun, {:cont, acc}, fun) do
    resource(start_fun.(), next_fun, {:cont, acc}, fun, after_fun)
  end

  defp resource(state, next_fun, {:suspend, acc}, fun, after_fun) do
    {:suspended, acc, &resource(state, next_fun, &1, fun, after_fun)}
  end

  defp resource(state, _next_fun, {:halt, acc}, _fun, after_fun) do
    after_fun.(state)
    {:halted, acc}
  end

  defp resource(state, next_fun, {:cont, acc}, fun, after_fun) do
    guarded(state, after_fun, fn -> next_fun.(state) end, fn
      {:halt, state} ->
        after_fun.(state)
        {:done, acc}

      {list, state} when is_list(list) ->
        resource_list(list, state, next_fun, {:cont, acc}, fun, after_fun)

      {enum, state} ->
        inner = &Enumerable.reduce(enum, &1, fn x, acc -> step(x, acc) end)
        resource_enum(inner, state, next_fun, {:cont, acc}, fun, after_fun)
    end)
  end

  defp resource_list(list, state, next_fun, {:suspend, acc}, fun, after_fun) do
    {:suspended, acc, &resource_list(list, state, next_fun, &1, fun, after_fun)}
  end

  defp resource_list(_list, state, _next_fun, {:halt, acc}, _fun, after_fun) do
    after_fun.(state)
    {:halted, acc}
  end

  defp resource_list([], state, next_fun, {:cont, acc}, fun, after_fun) do
    resource(state, next_fun, {:cont, acc}, fun, after_fun)
  end

  defp resource_list([head | tail], state, next_fun, {:cont, acc}, fun, after_fun) do
    guarded(state, after_fun, fn -> fun.(head, acc) end, fn command ->
      resource_list(tail, state, next_fun, command, fun, after_fun)
    end)
  end

  # The inner enumerable is paused after each element, so that the outer fun runs outside of it.
  defp resource_enum(inner, state, next_fun, {:suspend, acc}, fun, after_fun) do
    {:suspended, acc, &resource_enum(inner, state, next_fun, &1, fun, after_fun)}
  end

  defp resource_enum(inner, state, _next_fun, {:halt, acc}, _fun, after_fun) do
    inner.({:halt, []})
    after_fun.(state)
    {:halted, acc}
  end

  defp resource_enum(inner, state, next_fun, {:cont, acc}, fun, after_fun) do
    guarded(state, after_fun, fn -> inner.({:cont, []}) end, fn
      {:suspended, [element], inner} ->
        guarded_inner(inner, state, after_fun, fn -> fun.(element, acc) end, fn command ->
          resource_enum(inner, state, next_fun, command, fun, after_fun)
        end)

      {_, [element]} ->
        guarded(state, after_fun, fn -> fun.(element, acc) end, fn command ->
          resource_list([], state, next_fun, command, fun, after_fun)
        end)

      {_, []} ->
        resource(state, next_fun, {:cont, acc}, fun, after_fun)
    end)
  end

  @doc "Pauses at every element."
  def step(element, _acc), do: {:suspend, [element]}

  # What fails in between closes the resource; `continue` itself stands outside.
  defp guarded(state, after_fun, action, continue) do
    try do
      action.()
    catch
      kind, reason ->
        after_fun.(state)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      result -> continue.(result)
    end
  end

  defp guarded_inner(inner, state, after_fun, action, continue) do
    try do
      action.()
    catch
      kind, reason ->
        inner.({:halt, []})
        after_fun.(state)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      result -> continue.(result)
    end
  end

  ## transform: a resource over the elements of another enumerable

  def transform(enum, start_fun, reducer, last_fun, after_fun, {:suspend, acc}, fun) do
    {:suspended, acc, &transform(enum, start_fun, reducer, last_fun, after_fun, &1, fun)}
  end

  def transform(_enum, _start_fun, _reducer, _last_fun, _after_fun, {:halt, acc}, _fun), do: {:halted, acc}

  def transform(enum, start_fun, reducer, last_fun, after_fun, command, fun) do
    next = &Enumerable.reduce(enum, &1, fn x, acc -> step(x, acc) end)

    close = fn {next, state} ->
      if next != :done, do: next.({:halt, []})
      if after_fun, do: after_fun.(state)
    end

    next_fun = fn {next, state} -> transform_next(next, state, reducer, last_fun) end
    resource({next, start_fun.()}, next_fun, command, fun, close)
  end

  defp transform_next(:done, state, _reducer, _last_fun), do: {:halt, {:done, state}}

  defp transform_next(next, state, reducer, last_fun) do
    case next.({:cont, []}) do
      {:suspended, [element], next} -> transform_element(reducer.(element, state), next)
      {_, [element]} -> transform_element(reducer.(element, state), :done)
      {_, []} when last_fun == nil -> {:halt, {:done, state}}
      {_, []} -> transform_last(last_fun.(state))
    end
  end

  defp transform_element(result, next) do
    case result do
      {:halt, state} -> {:halt, {next, state}}
      {list, state} -> {list, {next, state}}
    end
  end

  defp transform_last(result) do
    case result do
      {:halt, state} -> {:halt, {:done, state}}
      {list, state} -> {list, {:done, state}}
    end
  end

  ## cycle

  @doc "One element, so that an empty enumerable is seen."
  def check_cycle(cycle, _acc) do
    case cycle.({:cont, []}) do
      {:suspended, [_], _} = first -> first
      {_, [_]} = first -> first
      {_, []} -> raise ArgumentError, "cannot cycle over an empty enumerable"
    end
  end

  def cycle(current, _, start, {:suspend, acc}, fun), do: {:suspended, acc, &cycle(current, [], start, &1, fun)}

  def cycle(current, _, _start, {:halt, acc}, _fun) do
    with {:suspended, _, next} <- current, do: next.({:halt, []})
    {:halted, acc}
  end

  def cycle({:suspended, [element], next}, _, start, {:cont, acc}, fun) do
    command = fun.(element, acc)
    cycle({:next, next}, [], start, command, fun)
  end

  def cycle({:next, next}, _, start, {:cont, acc}, fun) do
    case next.({:cont, []}) do
      {_, []} -> cycle(start.({:cont, []}), [], start, {:cont, acc}, fun)
      other -> cycle(other, [], start, {:cont, acc}, fun)
    end
  end

  def cycle({_, [element]}, _, start, {:cont, acc}, fun) do
    command = fun.(element, acc)
    cycle({:next, fn _ -> {:done, []} end}, [], start, command, fun)
  end

  ## into

  def into(enum, collectable, transform, acc, fun) do
    {initial, into} = Collectable.into(collectable)

    step = fn x, [acc | collection] ->
      collection = into.(collection, {:cont, transform.(x)})
      {reason, acc} = fun.(x, acc)
      {reason, [acc | collection]}
    end

    into(&Enumerable.reduce(enum, &1, step), initial, into, acc)
  end

  defp into(reduce, collection, into, {command, acc}) do
    try do
      reduce.({command, [acc | collection]})
    catch
      kind, reason ->
        into.(collection, :halt)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      {:suspended, [acc | collection], continuation} ->
        {:suspended, acc, &into(continuation, collection, into, &1)}

      {reason, [acc | collection]} ->
        into.(collection, :done)
        {reason, acc}
    end
  end
end
