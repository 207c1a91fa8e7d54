defmodule Stream.Zip do
  @moduledoc false
  # Many enumerables at once: each is paused after every element. The end of one ends all.

  def reduce([], {_, acc}, _fun, _zip_fun), do: {:done, acc}

  def reduce(enumerables, command, fun, zip_fun) do
    sources = Enum.map(enumerables, &source/1)
    run(sources, command, fun, zip_fun)
  end

  defp source(list) when is_list(list), do: list
  defp source(enumerable), do: &Enumerable.reduce(enumerable, &1, fn x, _ -> {:suspend, [x]} end)

  defp run(sources, {:halt, acc}, _fun, _zip_fun) do
    close(sources)
    {:halted, acc}
  end

  defp run(sources, {:suspend, acc}, fun, zip_fun), do: {:suspended, acc, &run(sources, &1, fun, zip_fun)}

  defp run(sources, {:cont, acc}, fun, zip_fun) do
    try do
      case heads(sources, [], []) do
        {:ok, elements, sources} -> {:next, sources, fun.(zip_fun.(elements), acc)}
        :done -> {:done, acc}
      end
    catch
      kind, reason ->
        close(sources)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      {:next, sources, command} -> run(sources, command, fun, zip_fun)
      {:done, acc} -> {:done, acc}
    end
  end

  defp heads([[head | tail] | rest], elements, sources), do: heads(rest, [head | elements], [tail | sources])

  defp heads([[] | rest], _elements, sources) do
    close(:lists.reverse(sources, rest))
    :done
  end

  defp heads([source | rest], elements, sources) do
    case source.({:cont, []}) do
      {:suspended, [element], next} ->
        heads(rest, [element | elements], [next | sources])

      {_, [element]} ->
        heads(rest, [element | elements], [[] | sources])

      {_, []} ->
        close(:lists.reverse(sources, rest))
        :done
    end
  end

  defp heads([], elements, sources), do: {:ok, :lists.reverse(elements), :lists.reverse(sources)}

  defp close(sources) do
    Enum.each(sources, fn source -> if is_function(source, 1), do: source.({:halt, []}) end)
  end
end
