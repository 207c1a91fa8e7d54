# The Erlang io module: requests to an IO device, with a short way to the built-in ones.
defmodule :io do
  @moduledoc false

  # Where a device leads: {:native, 1 | 2}, a pid, or :undefined.
  def target(:standard_io), do: target(:erlang.group_leader())
  def target(:stdio), do: target(:erlang.group_leader())

  def target(:standard_error) do
    case :erlang.whereis(:standard_error) do
      :undefined -> {:native, 2}
      pid -> pid
    end
  end

  def target(pid) when :erlang.is_pid(pid) do
    case :erlang.whereis(:user) do
      ^pid -> {:native, 1}
      _ -> pid
    end
  end

  def target(:user) do
    case :erlang.whereis(:user) do
      :undefined -> {:native, 1}
      pid -> target(pid)
    end
  end

  def target(name) when :erlang.is_atom(name), do: :erlang.whereis(name)
  def target(_), do: :undefined

  def request(device, request) do
    case target(device) do
      {:native, n} ->
        :user.native_request(n, request)

      pid when :erlang.is_pid(pid) and pid != :erlang.self() ->
        mref = :erlang.monitor(:process, pid)
        :erlang.send(pid, {:io_request, :erlang.self(), mref, request})
        await(mref)

      _ ->
        {:error, :arguments}
    end
  end

  defp await(mref) do
    receive do
      {:io_reply, ^mref, reply} ->
        :erlang.demonitor(mref, [:flush])
        reply

      {:DOWN, ^mref, _, _, _} ->
        {:error, :terminated}
    end
  end

  def requests(device, requests), do: request(device, {:requests, requests})

  # --- output ----------------------------------------------------------------------------------

  def put_chars(chars), do: put_chars(:standard_io, chars)

  def put_chars(device, chars) do
    case :unicode.characters_to_binary(chars) do
      binary when :erlang.is_binary(binary) -> put_binary(device, binary, chars)
      _ -> :erlang.error(:badarg, [device, chars])
    end
  end

  defp put_binary(device, binary, chars) do
    case target(device) do
      {:native, n} ->
        case :cordial_io.put(n, binary) do
          # Nobody reads the output any more.
          {:error, _} when n == 1 -> :erlang.error(:terminated, [device, chars])
          _ -> :ok
        end

      _ ->
        check(request(device, {:put_chars, :unicode, binary}), [device, chars])
    end
  end

  defp check(:ok, _args), do: :ok

  # Who is asked to write by nobody, or by itself.
  defp check({:error, :arguments}, [device | _] = args) do
    if target(device) == :erlang.self(),
      do: :erlang.error(:calling_self, args),
      else: :erlang.error(:badarg, args, error_info: %{module: :erl_stdlib_errors})
  end

  defp check({:error, :terminated}, args), do: :erlang.error(:terminated, args)
  defp check({:error, {:no_translation, _, _}}, args), do: :erlang.error(:no_translation, args)
  defp check({:error, _}, args), do: :erlang.error(:badarg, args)
  defp check(other, _args), do: other

  def nl, do: nl(:standard_io)

  def nl(device) do
    case target(device) do
      {:native, _} -> put_chars(device, ~c"\n")
      _ -> check(request(device, {:put_chars, :unicode, ~c"\n"}), [device])
    end
  end

  def write(term), do: write(:standard_io, term)
  def write(device, term), do: put_chars(device, :io_lib.format(~c"~tw", [term]))

  def format(format), do: format(:standard_io, format, [])
  def format(format, args), do: format(:standard_io, format, args)
  # The text is made by the device, unless that is the program's own.
  def format(device, format, args) do
    case target(device) do
      {:native, _} ->
        put_chars(device, :io_lib.format(format, args))

      _ ->
        case request(device, {:put_chars, :unicode, :io_lib, :format, [format, args]}) do
          {:error, {:put_chars, _, _, _, _}} -> put_chars(device, :io_lib.format(format, args))
          {:error, {:put_chars, _, {_, _, _}}} -> put_chars(device, :io_lib.format(format, args))
          reply -> check(reply, [device, format, args])
        end
    end
  end

  def fwrite(format), do: format(:standard_io, format, [])
  def fwrite(format, args), do: format(:standard_io, format, args)
  def fwrite(device, format, args), do: format(device, format, args)

  # --- input -----------------------------------------------------------------------------------

  def get_line(prompt), do: get_line(:standard_io, prompt)
  def get_line(device, prompt), do: input(request(device, {:get_line, :unicode, prompt}))

  def get_chars(prompt, n), do: get_chars(:standard_io, prompt, n)
  def get_chars(device, prompt, n), do: input(request(device, {:get_chars, :unicode, prompt, n}))

  defp input({:error, :arguments}), do: :erlang.error(:badarg)
  defp input(other), do: other

  def getopts, do: getopts(:standard_io)
  def getopts(device), do: request(device, :getopts)
  def setopts(options), do: setopts(:standard_io, options)
  def setopts(device, options), do: request(device, {:setopts, options})

  def columns, do: columns(:standard_io)
  def columns(device), do: geometry(device, :columns)
  def rows, do: rows(:standard_io)
  def rows(device), do: geometry(device, :rows)

  defp geometry(device, what) do
    case request(device, {:get_geometry, what}) do
      n when :erlang.is_integer(n) -> {:ok, n}
      _ -> {:error, :enotsup}
    end
  end

  def printable_range, do: :unicode

  # A term in Erlang's syntax, up to the full stop; lines are read until there is one, the rest of the last stays.
  def read(prompt), do: read(:standard_io, prompt)

  def read(device, prompt) do
    case request(device, {:get_until, :unicode, prompt, :cordial_term_reader, :step, []}) do
      {:error, :arguments} -> :erlang.error(:badarg)
      other -> other
    end
  end
end
