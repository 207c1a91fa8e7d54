defmodule StringIO do
  @moduledoc "A device that reads from a string and keeps what is written to it."
  use GenServer

  def open(string, options_or_function \\ [])

  def open(string, options) when is_binary(string) and is_list(options) do
    GenServer.start_link(__MODULE__, {self(), string, options}, [])
  end

  def open(string, function) when is_binary(string) and is_function(function, 1) do
    open(string, [], function)
  end

  def open(string, options, function)
      when is_binary(string) and is_list(options) and is_function(function, 1) do
    {:ok, pid} = GenServer.start_link(__MODULE__, {self(), string, options}, [])

    try do
      {:ok, function.(pid)}
    after
      {:ok, {_input, _output}} = close(pid)
    end
  end

  def contents(pid) when is_pid(pid), do: GenServer.call(pid, :contents)
  def flush(pid) when is_pid(pid), do: GenServer.call(pid, :flush)
  def close(pid) when is_pid(pid), do: GenServer.call(pid, :close)

  @impl true
  def init({pid, string, options}) do
    capture_prompt = options[:capture_prompt] || false
    encoding = options[:encoding] || :unicode

    {:ok,
     %{
       encoding: encoding,
       input: string,
       output: "",
       capture_prompt: capture_prompt,
       owner: Process.monitor(pid)
     }}
  end

  @impl true
  def handle_info({:io_request, from, reply_as, req}, state) do
    {reply, state} = io_request(req, state)
    send(from, {:io_reply, reply_as, reply})
    {:noreply, state}
  end

  def handle_info({:DOWN, ref, :process, _pid, _reason}, %{owner: ref} = state) do
    {:stop, :shutdown, state}
  end

  def handle_info(_message, state), do: {:noreply, state}

  @impl true
  def handle_call(:contents, _from, %{input: input, output: output} = state) do
    {:reply, {input, output}, state}
  end

  def handle_call(:flush, _from, %{output: output} = state) do
    {:reply, output, %{state | output: ""}}
  end

  def handle_call(:close, _from, %{input: input, output: output} = state) do
    {:stop, :normal, {:ok, {input, output}}, state}
  end

  defp io_request({:put_chars, encoding, chars} = req, state), do: put_chars(encoding, chars, req, state)

  defp io_request({:put_chars, encoding, mod, fun, args} = req, state) do
    put_chars(encoding, apply(mod, fun, args), req, state)
  end

  defp io_request({:put_chars, chars} = req, state), do: put_chars(:latin1, chars, req, state)

  defp io_request({:put_chars, mod, fun, args} = req, state) do
    put_chars(:latin1, apply(mod, fun, args), req, state)
  end

  defp io_request({:get_chars, encoding, prompt, count}, state)
       when is_integer(count) and count >= 0 do
    get(encoding, prompt, state, &take_chars(&1, encoding, count))
  end

  defp io_request({:get_chars, prompt, count}, state) do
    io_request({:get_chars, :latin1, prompt, count}, state)
  end

  defp io_request({:get_line, encoding, prompt}, state), do: get(encoding, prompt, state, &take_line/1)
  defp io_request({:get_line, prompt}, state), do: io_request({:get_line, :latin1, prompt}, state)

  defp io_request({:get_until, encoding, prompt, mod, fun, args}, state) do
    state = capture(prompt, state)
    _ = encoding
    get_until([], mod, fun, args, state)
  end

  defp io_request({:get_until, prompt, mod, fun, args}, state) do
    io_request({:get_until, :latin1, prompt, mod, fun, args}, state)
  end

  defp io_request({:setopts, [encoding: encoding]}, state)
       when encoding in [:latin1, :unicode] do
    {:ok, %{state | encoding: encoding}}
  end

  defp io_request({:setopts, _opts}, state), do: {{:error, :enotsup}, state}
  defp io_request(:getopts, state), do: {[binary: true, encoding: state.encoding], state}
  defp io_request({:get_geometry, :columns}, state), do: {{:error, :enotsup}, state}
  defp io_request({:get_geometry, :rows}, state), do: {{:error, :enotsup}, state}
  defp io_request({:requests, reqs}, state), do: io_requests(reqs, {:ok, state})
  defp io_request(_, state), do: {{:error, :request}, state}

  defp io_requests([], acc), do: acc

  defp io_requests([req | rest], {reply, state}) do
    case reply do
      {:error, _} -> {reply, state}
      _ -> io_requests(rest, io_request(req, state))
    end
  end

  defp put_chars(encoding, chars, req, state) do
    case :unicode.characters_to_binary(chars, encoding, state.encoding) do
      string when is_binary(string) ->
        {:ok, %{state | output: state.output <> string}}

      {_, _, _} ->
        {{:error, {:no_translation, encoding, state.encoding}}, state}
    end
  rescue
    ArgumentError -> {{:error, req}, state}
  end

  defp get(encoding, prompt, %{input: ""} = state, _take) do
    _ = encoding
    {:eof, capture(prompt, state)}
  end

  defp get(encoding, prompt, state, take) do
    state = capture(prompt, state)

    case take.(state.input) do
      {:error, _} = error ->
        {error, state}

      {data, rest} ->
        case :unicode.characters_to_binary(data, state.encoding, encoding) do
          converted when is_binary(converted) -> {converted, %{state | input: rest}}
          _ when encoding == :latin1 -> {data, %{state | input: rest}}
          _ -> {{:error, :collect_line}, state}
        end
    end
  end

  # A byte reader takes bytes; a character reader counts code points.
  defp take_chars(input, :latin1, count) when byte_size(input) < count, do: {input, ""}

  defp take_chars(input, :latin1, count) do
    <<chars::binary-size(count), rest::binary>> = input
    {chars, rest}
  end

  defp take_chars(input, _encoding, count), do: take_codepoints(input, input, count, 0)

  defp take_codepoints(whole, _rest, 0, size), do: split(whole, size)
  defp take_codepoints(whole, "", _count, size), do: split(whole, size)

  defp take_codepoints(whole, <<c::utf8, rest::binary>>, count, size) do
    take_codepoints(whole, rest, count - 1, size + byte_size(<<c::utf8>>))
  end

  defp take_codepoints(_, _, _, _), do: {:error, :invalid_unicode}

  defp take_line(input) do
    case :binary.match(input, "\n") do
      {at, 1} -> split(input, at + 1)
      :nomatch -> {input, ""}
    end
  end

  defp split(binary, size) do
    <<left::binary-size(size), right::binary>> = binary
    {left, right}
  end

  defp get_until(cont, mod, fun, args, %{input: input} = state) do
    {data, rest} =
      case input do
        "" -> {:eof, ""}
        _ -> take_line(input)
      end

    chars = if data == :eof, do: :eof, else: String.to_charlist(data)

    case apply(mod, fun, [cont, chars | args]) do
      {:done, result, :eof} -> {result, %{state | input: rest}}
      {:done, result, left} -> {result, %{state | input: List.to_string(left) <> rest}}
      {:more, cont} -> get_until(cont, mod, fun, args, %{state | input: rest})
    end
  end

  defp capture(prompt, %{capture_prompt: true, output: output} = state) do
    %{state | output: output <> IO.chardata_to_string(prompt)}
  end

  defp capture(_prompt, state), do: state
end
