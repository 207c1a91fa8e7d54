# The standard device: a process that answers IO requests over the terminal natives, and the same
# answers for callers that need no process in between.
defmodule :user do
  @moduledoc false

  def start do
    case :erlang.whereis(:user) do
      :undefined ->
        pid = :erlang.spawn(:user, :server, [])
        :erlang.register(:user, pid)
        :erlang.group_leader(pid, :erlang.self())
        :erlang.group_leader(pid, pid)
        pid

      pid ->
        pid
    end
  end

  def server do
    receive do
      {:io_request, from, ref, request} ->
        :erlang.send(from, {:io_reply, ref, native_request(1, request)})
        server()

      {:file_request, from, ref, _request} ->
        :erlang.send(from, {:file_reply, ref, {:error, :einval}})
        server()

      _ ->
        server()
    end
  end

  # One request, answered on the spot; `device` is 1 (input and standard output) or 2.
  def native_request(device, {:put_chars, encoding, chars}) do
    case to_device(encoding, chars) do
      binary when :erlang.is_binary(binary) ->
        case :cordial_io.put(device, binary) do
          # Nobody reads the output any more.
          {:error, _} when device == 1 -> {:error, :terminated}
          _ -> :ok
        end

      _ ->
        {:error, {:put_chars, encoding, chars}}
    end
  end

  def native_request(device, {:put_chars, encoding, mod, fun, args}) do
    try do
      :erlang.apply(mod, fun, args)
    catch
      _, _ -> {:error, {:put_chars, encoding, {mod, fun, args}}}
    else
      chars -> native_request(device, {:put_chars, encoding, chars})
    end
  end

  def native_request(device, {:put_chars, chars}),
    do: native_request(device, {:put_chars, :latin1, chars})

  def native_request(device, {:put_chars, mod, fun, args}),
    do: native_request(device, {:put_chars, :latin1, mod, fun, args})

  def native_request(_device, {:get_line, encoding, prompt}) do
    put_prompt(prompt)
    from_device(encoding, :cordial_io.get_line())
  end

  def native_request(_device, {:get_chars, encoding, prompt, n}) do
    put_prompt(prompt)

    case encoding do
      :latin1 -> :cordial_io.get_bytes(n)
      _ -> from_device(encoding, :cordial_io.get_chars(n))
    end
  end

  def native_request(device, {:get_line, prompt}),
    do: native_request(device, {:get_line, :latin1, prompt})

  def native_request(device, {:get_chars, prompt, n}),
    do: native_request(device, {:get_chars, :latin1, prompt, n})

  def native_request(device, {:get_until, _encoding, prompt, mod, fun, args}) do
    get_until(device, prompt, [], mod, fun, args)
  end

  def native_request(_device, :getopts) do
    terminal = :cordial_io.tty(1)

    [
      echo: terminal,
      binary: true,
      encoding: :unicode,
      terminal: terminal,
      stdout: terminal,
      stderr: :cordial_io.tty(2),
      stdin: :cordial_io.tty(0)
    ]
  end

  def native_request(_device, {:setopts, _}), do: :ok

  def native_request(_device, {:get_geometry, what}) do
    case :cordial_io.size() do
      {columns, _} when what == :columns -> columns
      {_, rows} when what == :rows -> rows
      _ -> {:error, :enotsup}
    end
  end

  def native_request(device, {:requests, requests}), do: all(device, requests, :ok)
  def native_request(_device, _request), do: {:error, :request}

  defp all(_device, [], last), do: last

  defp all(device, [request | rest], _last) do
    case native_request(device, request) do
      {:error, _} = error -> error
      reply -> all(device, rest, reply)
    end
  end

  # The device writes UTF-8, whatever the characters come in.
  defp to_device(encoding, chars) do
    try do
      :unicode.characters_to_binary(chars, encoding)
    catch
      :error, _ -> :error
    end
  end

  defp from_device(:latin1, data), do: data

  defp from_device(_encoding, binary) when :erlang.is_binary(binary) do
    case :unicode.characters_to_binary(binary) do
      valid when :erlang.is_binary(valid) -> valid
      # Bytes that are no text are shown as such.
      _ -> String.replace_invalid(binary)
    end
  end

  defp from_device(_encoding, other), do: other

  defp put_prompt(prompt) do
    case prompt do
      ~c"" -> :ok
      "" -> :ok
      :"" -> :ok
      atom when :erlang.is_atom(atom) -> :cordial_io.put(1, :erlang.atom_to_binary(atom))
      {:format, format, args} -> put_prompt(:io_lib.format(format, args))
      chars -> native_request(1, {:put_chars, :unicode, chars})
    end
  end

  defp get_until(device, prompt, cont, mod, fun, args) do
    put_prompt(prompt)

    data =
      case :cordial_io.get_line() do
        binary when :erlang.is_binary(binary) -> :unicode.characters_to_list(binary)
        other -> other
      end

    case :erlang.apply(mod, fun, [cont, data | args]) do
      {:done, result, [_ | _] = rest} ->
        :cordial_io.unread(:unicode.characters_to_binary(rest))
        result

      {:done, result, _nothing} ->
        result

      {:more, cont} -> get_until(device, prompt, cont, mod, fun, args)
    end
  end
end
