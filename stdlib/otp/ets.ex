# Tables: what is not native. The natives of `:ets` take precedence over functions of the same name.
defmodule :ets do
  @moduledoc false

  def foldl(fun, acc, table) do
    :erlang.is_function(fun, 2) || :erlang.error(:badarg)
    fold_rows(fun, acc, rows_in_order(table, :first))
  end

  def foldr(fun, acc, table) do
    :erlang.is_function(fun, 2) || :erlang.error(:badarg)
    fold_rows(fun, acc, rows_in_order(table, :last))
  end

  defp rows_in_order(table, :first), do: :ets.tab2list(table)
  defp rows_in_order(table, :last), do: :lists.reverse(:ets.tab2list(table))

  defp fold_rows(_fun, acc, []), do: acc
  defp fold_rows(fun, acc, [row | rest]), do: fold_rows(fun, fun.(row, acc), rest)

  def tab2file(table, file), do: tab2file(table, file, [])

  def tab2file(table, file, _options) do
    info = for key <- [:name, :type, :protection, :keypos, :named_table], do: {key, :ets.info(table, key)}
    bytes = :erlang.term_to_binary({:cordial_table, 1, info, :ets.tab2list(table)})
    :cordial_file.write(path(file), bytes)
  end

  def file2tab(file), do: file2tab(file, [])

  def file2tab(file, _options) do
    case :cordial_file.read(path(file)) do
      {:ok, bytes} -> restore(bytes)
      {:error, reason} -> {:error, {:read_error, {:file_error, file, reason}}}
    end
  end

  defp restore(bytes) do
    case decode(bytes) do
      {:cordial_table, 1, info, rows} ->
        named = if :lists.keyfind(:named_table, 1, info) == {:named_table, true}, do: [:named_table], else: []
        options = [value(info, :type), value(info, :protection), {:keypos, value(info, :keypos)} | named]
        table = :ets.new(value(info, :name), options)
        :ets.insert(table, rows)
        {:ok, table}

      _ ->
        {:error, :badfile}
    end
  end

  defp decode(bytes) do
    :erlang.binary_to_term(bytes)
  rescue
    _ -> :error
  end

  defp value(info, key), do: :erlang.element(2, :lists.keyfind(key, 1, info))

  defp path(file) when :erlang.is_binary(file), do: file
  defp path(file), do: :unicode.characters_to_binary(file)

  def init_table(table, fun) do
    :ets.delete_all_objects(table)
    fill(table, fun.(:read))
  end

  defp fill(_table, :end_of_input), do: true

  defp fill(table, {rows, fun}) do
    :ets.insert(table, rows)
    fill(table, fun.(:read))
  end


  def repair_continuation(continuation, _spec), do: continuation

end
