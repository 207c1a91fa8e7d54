defmodule IO do
  @moduledoc """
  Reading from and writing to devices.

  A device is `:stdio`, `:stderr`, a registered name or a process that answers Erlang's IO protocol. Functions with `bin`
  in their names move bytes, the others characters.
  """

  @type device :: atom | pid
  @type nodata :: {:error, term} | :eof
  @type chardata :: String.t() | maybe_improper_list(char | chardata, String.t() | [])

  ## Reading

  @doc "A line, so many characters, or all there is (`:eof`); `:eof` or `{:error, reason}` where there is nothing."
  @spec read(device, :line | :eof | non_neg_integer) :: chardata | nodata
  def read(device \\ :stdio, line_or_chars)
  def read(device, :all), do: all_or_nothing(device, &read/2, "IO.read")
  def read(device, :line), do: :io.get_line(named(device), ~c"")
  def read(device, :eof), do: device |> named() |> drained(&:io.get_line(&1, ~c""), [])
  def read(device, count) when is_integer(count) and count >= 0, do: :io.get_chars(named(device), ~c"", count)

  @doc "`read/2` of bytes."
  @spec binread(device, :line | :eof | non_neg_integer) :: iodata | nodata
  def binread(device \\ :stdio, line_or_chars)
  def binread(device, :all), do: all_or_nothing(device, &binread/2, "IO.binread")
  def binread(device, :line), do: device |> named() |> :file.read_line() |> read_bytes()
  def binread(device, :eof), do: device |> named() |> drained(&read_bytes(:file.read_line(&1)), [])
  def binread(device, count) when is_integer(count) and count >= 0, do: device |> named() |> :file.read(count) |> read_bytes()

  defp read_bytes({:ok, bytes}), do: bytes
  defp read_bytes(nothing), do: nothing

  defp drained(device, next, read) do
    case next.(device) do
      :eof when read == [] -> :eof
      :eof -> read |> Enum.reverse() |> iodata_to_binary()
      {:error, _reason} = error -> error
      data -> drained(device, next, [data | read])
    end
  end

  defp all_or_nothing(device, read, name) do
    warn("#{name}(device, :all) is deprecated, use #{name}(device, :eof) instead")
    with :eof <- read.(device, :eof), do: ""
  end

  @doc "Shows a prompt and reads `count` characters."
  @spec getn(device | chardata, chardata | pos_integer) :: chardata | nodata
  def getn(prompt, count \\ 1)
  def getn(prompt, count) when is_integer(count) and count > 0, do: getn(:stdio, prompt, count)
  def getn(device, prompt) when not is_integer(prompt), do: getn(device, prompt, 1)

  @doc "`getn/2` from a device."
  @spec getn(device, chardata, pos_integer) :: chardata | nodata
  def getn(device, prompt, count) when is_integer(count) and count > 0 do
    :io.get_chars(named(device), text(prompt), count)
  end

  @doc "Shows a prompt and reads a line."
  @spec gets(device, chardata) :: chardata | nodata
  def gets(device \\ :stdio, prompt), do: :io.get_line(named(device), text(prompt))

  ## Writing

  @doc "Writes text; what is no text is made so by `to_string/1`."
  @spec write(device, chardata | String.Chars.t()) :: :ok
  def write(device \\ :stdio, chardata), do: put(device, text(chardata))

  @doc "`write/2` and a new line."
  @spec puts(device, chardata | String.Chars.t()) :: :ok
  def puts(device \\ :stdio, item), do: put(device, [text(item) | "\n"])

  # The standard device's errors do not tell what was wrong.
  defp put(device, chardata) when device == :stdio do
    :io.put_chars(:standard_io, chardata)
  rescue
    ArgumentError -> :erlang.error(:badarg)
  end

  defp put(device, chardata), do: :io.put_chars(named(device), chardata)

  @doc "Writes bytes."
  @spec binwrite(device, iodata) :: :ok
  def binwrite(device \\ :stdio, iodata) when is_list(iodata) or is_binary(iodata) do
    with {:error, reason} <- :file.write(named(device), iodata) do
      :erlang.error(if reason == :terminated, do: :terminated, else: :badarg)
    end
  end

  @doc "Shows the item as `inspect/2` does, after a `:label`, and returns it."
  @spec inspect(item, keyword) :: item when item: var
  def inspect(item, opts \\ []), do: inspect(:stdio, item, opts)

  @doc "`inspect/2` on a device."
  @spec inspect(device, item, keyword) :: item when item: var
  def inspect(device, item, opts) when is_list(opts) do
    {label, opts} = Keyword.pop(opts, :label)
    opts = Inspect.Opts.new(opts)
    shown = item |> Inspect.Algebra.to_doc(opts) |> Inspect.Algebra.group() |> Inspect.Algebra.format(opts.width)
    puts(device, if(label, do: [text(label), ": " | shown], else: shown))
    item
  end

  ## Warnings

  @doc "Writes a warning to standard error, with the place that a stack trace, `file:` and `line:` or a `Macro.Env` tell."
  @spec warn(chardata | String.Chars.t(), keyword | Exception.stacktrace() | Macro.Env.t()) :: :ok
  def warn(message, stacktrace_info)
  def warn(message, %Macro.Env{} = env), do: warn_at(message, env.file, env.line, Macro.Env.stacktrace(env))
  def warn(message, [{_module, _function, _arity, _place} | _] = trace), do: warn_at(message, nil, nil, trace)

  def warn(message, [{_, _} | _] = place) do
    case place[:file] do
      nil -> warn_at(message, nil, nil, [])
      file -> warn_at(message, file, place[:line], [entry(place[:module], place[:function], file, place[:line] || 0)])
    end
  end

  def warn(message, []), do: warn_at(message, nil, nil, [])

  @doc "Writes a warning that names the caller."
  @spec warn(chardata | String.Chars.t()) :: :ok
  def warn(message), do: warn(message, callers(3))

  defp warn_at(message, file, line, trace), do: :cordial_log.warning(to_string(message), file, line, trace)

  defp entry(nil, _function, file, line), do: entry(:elixir_compiler, {:__FILE__, 1}, file, line)
  defp entry(module, {name, arity}, file, line), do: {module, name, arity, [file: to_charlist(file), line: line]}
  defp entry(module, _function, file, line), do: entry(module, {:__MODULE__, 0}, file, line)

  # The stack without its first entries, which are about the warning.
  defp callers(own) do
    {:current_stacktrace, trace} = Process.info(self(), :current_stacktrace)
    Enum.drop(trace, own)
  end

  @doc false
  def warn_once(key, message, stacktrace_drop_levels) do
    unless :persistent_term.get({IO, :warned, key}, false) do
      :persistent_term.put({IO, :warned, key}, true)
      warn(message.(), callers(stacktrace_drop_levels + 1))
    end

    :ok
  end

  ## Streams

  @doc "The lines, or pieces of so many characters, of a device as a stream that also takes what is poured into it."
  @spec stream(device, :line | pos_integer) :: Enumerable.t()
  def stream, do: stream(:stdio, :line)
  def stream(device \\ :stdio, line_or_codepoints), do: streamed(device, false, line_or_codepoints)

  @doc "`stream/2` of bytes."
  @spec binstream(device, :line | pos_integer) :: Enumerable.t()
  def binstream, do: binstream(:stdio, :line)
  def binstream(device \\ :stdio, line_or_bytes), do: streamed(device, true, line_or_bytes)

  defp streamed(device, raw, piece) when piece == :line or (is_integer(piece) and piece > 0) do
    IO.Stream.__build__(named(device), raw, piece)
  end

  ## Data

  @doc "A string of chardata."
  @spec chardata_to_string(chardata) :: String.t()
  def chardata_to_string(chardata)
  def chardata_to_string(string) when is_binary(string), do: string
  def chardata_to_string(list) when is_list(list), do: List.to_string(list)

  @doc "How many bytes iodata has."
  @spec iodata_length(iodata) :: non_neg_integer
  def iodata_length(iodata), do: :erlang.iolist_size(iodata)

  @doc "A binary of iodata."
  @spec iodata_to_binary(iodata) :: binary
  def iodata_to_binary(iodata), do: :erlang.iolist_to_binary(iodata)

  defp named(:stdio), do: :standard_io
  defp named(:stderr), do: :standard_error
  defp named(device) when is_pid(device) or is_atom(device) or is_tuple(device), do: device

  defp text(item), do: if(is_list(item), do: item, else: to_string(item))
end
