defmodule IO do
  @moduledoc "Reading from and writing to devices."

  @type device :: atom | pid
  @type nodata :: {:error, term} | :eof
  @type chardata :: String.t() | maybe_improper_list(char | chardata, String.t() | [])

  def read(device \\ :stdio, line_or_chars)

  def read(device, :all) do
    IO.warn("IO.read(device, :all) is deprecated, use IO.read(device, :eof) instead")

    case read(device, :eof) do
      :eof -> ""
      other -> other
    end
  end

  def read(device, :eof), do: read_all(map_dev(device), &:io.get_line(&1, ~c""))
  def read(device, :line), do: :io.get_line(map_dev(device), ~c"")

  def read(device, count) when is_integer(count) and count >= 0 do
    case :io.get_chars(map_dev(device), ~c"", count) do
      data when is_list(data) -> :unicode.characters_to_binary(data)
      other -> other
    end
  end

  defp read_all(device, read_line), do: read_all(device, read_line, :eof)

  defp read_all(device, read_line, acc) do
    case read_line.(device) do
      :eof when acc == :eof -> :eof
      :eof -> IO.iodata_to_binary(:lists.reverse(acc))
      {:error, _} = error -> error
      {:ok, data} -> read_all(device, read_line, push(data, acc))
      data -> read_all(device, read_line, push(data, acc))
    end
  end

  defp push(data, :eof), do: [data]
  defp push(data, acc), do: [data | acc]

  def binread(device \\ :stdio, line_or_chars)

  def binread(device, :all) do
    IO.warn("IO.binread(device, :all) is deprecated, use IO.binread(device, :eof) instead")

    case binread(device, :eof) do
      :eof -> ""
      other -> other
    end
  end

  def binread(device, :eof), do: read_all(map_dev(device), &:file.read_line/1)

  def binread(device, :line) do
    case :file.read_line(map_dev(device)) do
      {:ok, data} -> data
      other -> other
    end
  end

  def binread(device, count) when is_integer(count) and count >= 0 do
    case :file.read(map_dev(device), count) do
      {:ok, data} -> data
      other -> other
    end
  end

  def write(device \\ :stdio, chardata) do
    :io.put_chars(map_dev(device), to_chardata(chardata))
  end

  def binwrite(device \\ :stdio, iodata) when is_list(iodata) or is_binary(iodata) do
    case :file.write(map_dev(device), iodata) do
      :ok -> :ok
      {:error, :terminated} -> :erlang.error(:terminated)
      {:error, _} -> :erlang.error(:badarg)
    end
  end

  def puts(device \\ :stdio, item) do
    :io.put_chars(map_dev(device), [to_chardata(item), ?\n])
  end

  def warn(message, stacktrace_info)

  def warn(message, %Macro.Env{} = env) do
    warn_at(message, env.file, env.line, Macro.Env.stacktrace(env))
  end

  def warn(message, []) do
    :cordial_log.warning(to_string(message), nil, nil, [])
  end

  def warn(message, [{_, _} | _] = keyword) do
    line = keyword[:line]
    file = keyword[:file]

    if file do
      stack =
        case {keyword[:module], keyword[:function]} do
          {nil, _} -> [{:elixir_compiler, :__FILE__, 1, [file: to_charlist(file), line: line || 0]}]
          {mod, {fun, arity}} -> [{mod, fun, arity, [file: to_charlist(file), line: line || 0]}]
          {mod, _} -> [{mod, :__MODULE__, 0, [file: to_charlist(file), line: line || 0]}]
        end

      warn_at(message, file, line, stack)
    else
      :cordial_log.warning(to_string(message), nil, nil, [])
    end
  end

  def warn(message, [{_, _, _, _} | _] = stacktrace) do
    {_, _, _, opts} = hd(stacktrace)
    _ = opts
    :cordial_log.warning(to_string(message), nil, nil, stacktrace)
  end

  defp warn_at(message, file, line, stack) do
    :cordial_log.warning(to_string(message), file, line, stack)
  end

  def warn(message) do
    {:current_stacktrace, stacktrace} = Process.info(self(), :current_stacktrace)
    warn(message, Enum.drop(stacktrace, 2))
  end

  @doc false
  def warn_once(key, message, stacktrace_drop_levels) do
    case :persistent_term.get({IO, :warned, key}, false) do
      true ->
        :ok

      false ->
        :persistent_term.put({IO, :warned, key}, true)
        {:current_stacktrace, stacktrace} = Process.info(self(), :current_stacktrace)
        warn(message.(), Enum.drop(stacktrace, stacktrace_drop_levels))
    end
  end

  def inspect(item, opts \\ []), do: inspect(:stdio, item, opts)

  def inspect(device, item, opts) when is_list(opts) do
    label = if label = opts[:label], do: [to_chardata(label), ": "], else: []
    opts = Inspect.Opts.new(opts)
    doc = Inspect.Algebra.group(Inspect.Algebra.to_doc(item, opts))
    chardata = Inspect.Algebra.format(doc, opts.width)
    puts(device, [label, chardata])
    item
  end

  def getn(prompt, count \\ 1)

  def getn(prompt, count) when is_integer(count) and count > 0, do: getn(:stdio, prompt, count)
  def getn(device, prompt) when not is_integer(prompt), do: getn(device, prompt, 1)

  def getn(device, prompt, count) when is_integer(count) and count > 0 do
    :io.get_chars(map_dev(device), to_chardata(prompt), count)
  end

  def gets(device \\ :stdio, prompt), do: :io.get_line(map_dev(device), to_chardata(prompt))

  def stream, do: stream(:stdio, :line)
  def stream(device \\ :stdio, line_or_codepoints)
  def stream(device, :line), do: stream_struct(device, false, :line)
  def stream(device, count) when is_integer(count) and count > 0, do: stream_struct(device, false, count)

  def binstream, do: binstream(:stdio, :line)
  def binstream(device \\ :stdio, line_or_bytes)
  def binstream(device, :line), do: stream_struct(device, true, :line)
  def binstream(device, count) when is_integer(count) and count > 0, do: stream_struct(device, true, count)

  defp stream_struct(device, raw, line_or_bytes) do
    IO.Stream.__build__(map_dev(device), raw, line_or_bytes)
  end

  def chardata_to_string(chardata)
  def chardata_to_string(string) when is_binary(string), do: string
  def chardata_to_string(list) when is_list(list), do: List.to_string(list)

  def iodata_length(iodata), do: :erlang.iolist_size(iodata)
  def iodata_to_binary(iodata), do: :erlang.iolist_to_binary(iodata)

  @doc false
  def each_stream(device, line_or_codepoints) do
    case read(device, line_or_codepoints) do
      :eof -> {:halt, device}
      {:error, reason} -> raise IO.StreamError, reason: reason
      data -> {[data], device}
    end
  end

  @doc false
  def each_binstream(device, line_or_chars) do
    case binread(device, line_or_chars) do
      :eof -> {:halt, device}
      {:error, reason} -> raise IO.StreamError, reason: reason
      data -> {[data], device}
    end
  end

  defp map_dev(:stdio), do: :standard_io
  defp map_dev(:stderr), do: :standard_error
  defp map_dev(other) when is_atom(other) or is_pid(other) or is_tuple(other), do: other

  defp to_chardata(list) when is_list(list), do: list
  defp to_chardata(other), do: to_string(other)
end
