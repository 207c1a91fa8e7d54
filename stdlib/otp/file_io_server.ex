# The process behind an open file: IO requests and file requests over one native handle.
defmodule :file_io_server do
  @moduledoc false

  # start(owner, path, modes) -> {:ok, pid} | {:error, reason}
  def start(owner, path, modes), do: do_start(owner, path, modes, :nolink)
  def start_link(owner, path, modes), do: do_start(owner, path, modes, :link)

  defp do_start(owner, path, modes, link) do
    ref = :erlang.make_ref()
    args = [:erlang.self(), ref, owner, path, modes]

    pid =
      case link do
        :link -> :erlang.spawn_link(:file_io_server, :init, args)
        :nolink -> :erlang.spawn(:file_io_server, :init, args)
      end

    mref = :erlang.monitor(:process, pid)

    receive do
      {^ref, reply} ->
        :erlang.demonitor(mref, [:flush])
        reply

      {:DOWN, ^mref, _, _, reason} ->
        {:error, reason}
    end
  end

  def init(starter, ref, owner, path, modes) do
    case :cordial_file.open(path, modes) do
      {:ok, fd} ->
        mref = :erlang.monitor(:process, owner)
        :erlang.send(starter, {ref, {:ok, :erlang.self()}})
        binary = if :lists.member(:binary, modes), do: :binary, else: :list
        loop(%{fd: fd, owner: mref, mode: binary, encoding: encoding(modes)})

      {:error, reason} ->
        :erlang.send(starter, {ref, {:error, reason}})
    end
  end

  defp encoding([{:encoding, encoding} | _]), do: normal(encoding)
  defp encoding([_ | rest]), do: encoding(rest)
  defp encoding([]), do: :latin1

  defp normal(:utf8), do: :unicode
  defp normal({:utf8, _}), do: :unicode
  defp normal(other), do: other

  defp loop(%{fd: fd, owner: owner} = state) do
    receive do
      {:io_request, from, ref, request} ->
        {reply, state} = io_request(request, state)
        :erlang.send(from, {:io_reply, ref, reply})
        loop(state)

      {:file_request, from, ref, :close} ->
        :erlang.send(from, {:file_reply, ref, :cordial_file.close(fd)})

      {:file_request, from, ref, request} ->
        :erlang.send(from, {:file_reply, ref, file_request(request, state)})
        loop(state)

      {:DOWN, ^owner, _, _, _} ->
        :cordial_file.close(fd)

      _ ->
        loop(state)
    end
  end

  defp file_request({:position, at}, %{fd: fd}), do: :cordial_file.position(fd, position(at))
  defp file_request({:pread, at, n}, %{fd: fd}), do: data(:cordial_file.pread(fd, at, n))
  defp file_request({:pwrite, at, bytes}, %{fd: fd}), do: :cordial_file.pwrite(fd, at, bytes)
  defp file_request(:truncate, %{fd: fd}), do: :cordial_file.truncate(fd)
  defp file_request(:sync, %{fd: fd}), do: :cordial_file.sync(fd)
  defp file_request(:datasync, %{fd: fd}), do: :cordial_file.sync(fd)
  defp file_request({:advise, _, _, _}, _), do: :ok
  defp file_request({:allocate, _, _}, _), do: :ok
  defp file_request(_, _), do: {:error, :einval}

  defp data(other), do: other

  def position(:bof), do: {:bof, 0}
  def position(:cur), do: {:cur, 0}
  def position(:eof), do: {:eof, 0}
  def position(n) when :erlang.is_integer(n), do: {:bof, n}
  def position({_, _} = at), do: at

  defp io_request({:put_chars, encoding, chars}, state), do: {put(encoding, chars, state), state}

  defp io_request({:put_chars, encoding, mod, fun, args}, state) do
    try do
      :erlang.apply(mod, fun, args)
    catch
      _, _ -> {{:error, {:put_chars, mod, fun}}, state}
    else
      chars -> {put(encoding, chars, state), state}
    end
  end

  defp io_request({:put_chars, chars}, state), do: {put(:latin1, chars, state), state}

  defp io_request({:get_line, encoding, _prompt}, state),
    do: {out(read_line(encoding, state), encoding, state), state}

  defp io_request({:get_line, _prompt}, state), do: {out(read_line(:latin1, state), :latin1, state), state}

  defp io_request({:get_chars, encoding, _prompt, n}, state),
    do: {out(read_chars(encoding, n, state), encoding, state), state}

  defp io_request({:get_chars, _prompt, n}, state),
    do: {out(read_chars(:latin1, n, state), :latin1, state), state}

  defp io_request(:getopts, state),
    do: {[binary: state.mode == :binary, encoding: state.encoding], state}

  defp io_request({:setopts, options}, state) do
    state =
      :lists.foldl(
        fn
          {:encoding, encoding}, state -> %{state | encoding: normal(encoding)}
          :binary, state -> %{state | mode: :binary}
          {:binary, true}, state -> %{state | mode: :binary}
          :list, state -> %{state | mode: :list}
          {:binary, false}, state -> %{state | mode: :list}
          _, state -> state
        end,
        state,
        options
      )

    {:ok, state}
  end

  defp io_request({:requests, requests}, state), do: all(requests, :ok, state)
  defp io_request(request, state), do: {{:error, {:request, request}}, state}

  defp all([], last, state), do: {last, state}

  defp all([request | rest], _last, state) do
    case io_request(request, state) do
      {{:error, _}, _} = failed -> failed
      {reply, state} -> all(rest, reply, state)
    end
  end

  defp put(from, chars, %{fd: fd, encoding: to}) do
    try do
      :unicode.characters_to_binary(chars, from, to)
    catch
      :error, _ -> {:error, {:put_chars, from, chars}}
    else
      binary when :erlang.is_binary(binary) -> :cordial_file.fd_write(fd, binary)
      _ -> {:error, {:no_translation, from, to}}
    end
  end

  defp read_line(encoding, %{fd: fd, encoding: own}),
    do: convert(:file.plain_end(:cordial_file.fd_read_line(fd)), own, encoding)

  defp read_chars(encoding, n, %{fd: fd, encoding: :latin1}),
    do: convert(:cordial_file.fd_read(fd, n), :latin1, encoding)

  defp read_chars(encoding, n, %{fd: fd, encoding: own}),
    do: convert(:cordial_file.fd_read_chars(fd, n), own, encoding)

  defp convert({:ok, binary}, own, own), do: valid(binary, own)

  defp convert({:ok, binary}, own, wanted) do
    case :unicode.characters_to_binary(binary, own, wanted) do
      converted when :erlang.is_binary(converted) -> converted
      _ -> {:error, {:no_translation, own, wanted}}
    end
  end

  defp convert(:eof, _, _), do: :eof
  defp convert({:error, :invalid_unicode}, _, _), do: {:error, :collect_chars}
  defp convert({:error, _} = error, _, _), do: error

  defp valid(binary, :latin1), do: binary

  defp valid(binary, _) do
    case :unicode.characters_to_binary(binary) do
      ^binary -> binary
      _ -> {:error, {:no_translation, :unicode, :unicode}}
    end
  end

  defp out(binary, :latin1, %{mode: :list}) when :erlang.is_binary(binary), do: :erlang.binary_to_list(binary)
  defp out(binary, _encoding, %{mode: :list}) when :erlang.is_binary(binary), do: :unicode.characters_to_list(binary)
  defp out(other, _encoding, _state), do: other
end
