defmodule StringIO do
  @moduledoc "A device that reads from a string and keeps what is written to it."
  use GenServer

  ## The caller's side

  @doc """
  Starts a device that reads `string`.

  Options: `:encoding` (`:unicode` or `:latin1`) of what is written, `:capture_prompt` to write prompts to the output.
  A function instead of options is called with the device, which is closed afterwards; the result is `{:ok, value}`.
  """
  def open(string, options_or_function \\ [])

  def open(string, options) when is_binary(string) and is_list(options) do
    GenServer.start_link(__MODULE__, {string, options, self()}, [])
  end

  def open(string, function) when is_binary(string) and is_function(function, 1), do: open(string, [], function)

  @doc "`open/2` with both options and a function."
  def open(string, options, function) when is_binary(string) and is_list(options) and is_function(function, 1) do
    {:ok, device} = open(string, options)

    try do
      {:ok, function.(device)}
    after
      close(device)
    end
  end

  @doc "`{unread_input, output}`."
  def contents(pid) when is_pid(pid), do: GenServer.call(pid, :contents)

  @doc "The output so far, which the device forgets."
  def flush(pid) when is_pid(pid), do: GenServer.call(pid, :flush)

  @doc "Stops the device: `{:ok, {unread_input, output}}`."
  def close(pid) when is_pid(pid), do: GenServer.call(pid, :close)

  ## The device

  @impl true
  def init({string, options, opener}) do
    device = %{
      input: string,
      output: "",
      encoding: Keyword.get(options, :encoding, :unicode),
      prompts?: Keyword.get(options, :capture_prompt, false),
      opener: Process.monitor(opener)
    }

    {:ok, device}
  end

  @impl true
  def handle_call(question, _from, device) do
    both = {device.input, device.output}

    case question do
      :contents -> {:reply, both, device}
      :flush -> {:reply, device.output, %{device | output: ""}}
      :close -> {:stop, :normal, {:ok, both}, device}
    end
  end

  @impl true
  def handle_info({:io_request, client, reference, request}, device) do
    {answer, device} = serve(request, device)
    send(client, {:io_reply, reference, answer})
    {:noreply, device}
  end

  def handle_info({:DOWN, opener, :process, _, _}, %{opener: opener} = device), do: {:stop, :shutdown, device}
  def handle_info(_other, device), do: {:noreply, device}

  ## Requests

  # The first request that fails ends a group.
  defp serve({:requests, requests}, device) do
    Enum.reduce_while(requests, {:ok, device}, fn request, {_answer, device} ->
      case serve(request, device) do
        {{:error, _reason}, _device} = failed -> {:halt, failed}
        served -> {:cont, served}
      end
    end)
  end

  defp serve(request, device), do: request |> with_encoding() |> perform(device)

  # The older kind of request names no encoding and means Latin-1.
  @older [put_chars: 2, put_chars: 4, get_chars: 3, get_line: 2, get_until: 5]

  defp with_encoding(request) when is_tuple(request) and tuple_size(request) > 0 do
    if {elem(request, 0), tuple_size(request)} in @older, do: Tuple.insert_at(request, 1, :latin1), else: request
  end

  defp with_encoding(request), do: request

  defp perform({:put_chars, encoding, module, function, arguments}, device) do
    perform({:put_chars, encoding, apply(module, function, arguments)}, device)
  end

  defp perform({:put_chars, encoding, text} = request, device) do
    case recode(text, encoding, device.encoding) do
      {:ok, written} -> {:ok, %{device | output: device.output <> written}}
      :untranslatable -> {{:error, {:no_translation, encoding, device.encoding}}, device}
      # The request is given back as it came.
      :no_text when encoding == :latin1 -> {{:error, Tuple.delete_at(request, 1)}, device}
      :no_text -> {{:error, request}, device}
    end
  end

  defp perform({:get_line, encoding, prompt}, device), do: read(device, encoding, prompt, &line_size/1)

  defp perform({:get_chars, encoding, prompt, count}, device) when is_integer(count) and count >= 0 do
    read(device, encoding, prompt, &prefix_size(&1, encoding, count))
  end

  defp perform({:get_until, _encoding, prompt, module, function, arguments}, device) do
    device |> prompted(prompt) |> feed([], &apply(module, function, [&1, &2 | arguments]))
  end

  defp perform({:setopts, [encoding: encoding]}, device) when encoding in [:unicode, :latin1] do
    {:ok, %{device | encoding: encoding}}
  end

  defp perform(:getopts, device), do: {[binary: true, encoding: device.encoding], device}

  defp perform({unknown, _}, device) when unknown in [:setopts, :get_geometry], do: {{:error, :enotsup}, device}
  defp perform(_request, device), do: {{:error, :request}, device}

  defp recode(text, from, to) do
    case :unicode.characters_to_binary(text, from, to) do
      binary when is_binary(binary) -> {:ok, binary}
      _ -> :untranslatable
    end
  rescue
    ArgumentError -> :no_text
  end

  ## Reading

  defp read(device, encoding, prompt, size_of) do
    %{input: input} = device = prompted(device, prompt)

    case input != "" && size_of.(input) do
      false ->
        {:eof, device}

      :invalid ->
        {{:error, :invalid_unicode}, device}

      size ->
        <<data::binary-size(size), rest::binary>> = input

        {convert(data, device.encoding, encoding), %{device | input: rest}}
    end
  end

  # Who asks for Latin-1 gets the bytes, and a device of Latin-1 has its input as it is.
  defp convert(data, _own, :latin1), do: data
  defp convert(data, :latin1, _encoding), do: data

  defp convert(data, own, encoding) do
    case recode(data, own, encoding) do
      {:ok, text} -> text
      _ -> {:error, :collect_line}
    end
  end

  # The reader `step` is fed lines until it is done; it gives back what it did not use.
  defp feed(%{input: input} = device, state, step) do
    {line, rest} = next_line(input)

    case step.(state, line) do
      {:more, state} -> feed(%{device | input: rest}, state, step)
      {:done, value, :eof} -> {value, %{device | input: rest}}
      {:done, value, unused} -> {value, %{device | input: List.to_string(unused) <> rest}}
    end
  end

  defp next_line(""), do: {:eof, ""}

  defp next_line(input) do
    size = line_size(input)
    <<line::binary-size(size), rest::binary>> = input
    {String.to_charlist(line), rest}
  end

  defp line_size(input) do
    case :binary.match(input, "\n") do
      {at, 1} -> at + 1
      :nomatch -> byte_size(input)
    end
  end

  # Readers of bytes count bytes, others code points.
  defp prefix_size(input, :latin1, count), do: min(count, byte_size(input))
  defp prefix_size(input, _encoding, count), do: prefix_size(input, count, byte_size(input), byte_size(input))

  defp prefix_size(input, count, left, whole) when count == 0 or input == "", do: whole - left

  defp prefix_size(<<_::utf8, rest::binary>>, count, _left, whole) do
    prefix_size(rest, count - 1, byte_size(rest), whole)
  end

  defp prefix_size(_invalid, _count, _left, _whole), do: :invalid

  defp prompted(%{prompts?: true} = device, prompt), do: %{device | output: device.output <> IO.chardata_to_string(prompt)}
  defp prompted(device, _prompt), do: device
end
