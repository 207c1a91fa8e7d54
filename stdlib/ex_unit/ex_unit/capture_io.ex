defmodule ExUnit.CaptureIO do
  @moduledoc "What a function writes, as a string."

  def capture_io(fun) when is_function(fun, 0) do
    {_result, captured} = with_io(fun)
    captured
  end

  def capture_io(device, fun) when is_atom(device) and is_function(fun, 0) do
    {_result, captured} = with_io(device, fun)
    captured
  end

  def capture_io(pid, fun) when is_pid(pid) and is_function(fun, 0), do: elem(with_io(pid, fun), 1)

  def capture_io(input, fun) when is_binary(input) and is_function(fun, 0) do
    {_result, captured} = with_io(input, fun)
    captured
  end

  def capture_io(options, fun) when is_list(options) and is_function(fun, 0) do
    {_result, captured} = with_io(options, fun)
    captured
  end

  def capture_io(device, input, fun) when is_binary(input) and is_function(fun, 0) do
    {_result, captured} = with_io(device, input, fun)
    captured
  end

  def capture_io(device, options, fun) when is_list(options) and is_function(fun, 0) do
    {_result, captured} = with_io(device, options, fun)
    captured
  end

  def with_io(fun) when is_function(fun, 0), do: with_io(:stdio, [], fun)
  def with_io(device, fun) when is_atom(device), do: with_io(device, [], fun)
  def with_io(pid, fun) when is_pid(pid), do: with_io(pid, [], fun)
  def with_io(input, fun) when is_binary(input), do: with_io(:stdio, [input: input], fun)
  def with_io(options, fun) when is_list(options), do: with_io(:stdio, options, fun)

  def with_io(device, input, fun) when is_binary(input), do: with_io(device, [input: input], fun)

  def with_io(device, options, fun) when is_list(options) and is_function(fun, 0) do
    input = Keyword.get(options, :input, "")
    prompt = Keyword.get(options, :capture_prompt, true)
    encoding = Keyword.get(options, :encoding, :unicode)
    string_opts = [capture_prompt: prompt, encoding: encoding]

    case map_device(device) do
      :standard_io -> capture_leader(self(), input, string_opts, fun)
      pid when is_pid(pid) -> capture_leader(pid, input, string_opts, fun)
      name -> capture_named(name, input, string_opts, fun)
    end
  end

  defp map_device(:stdio), do: :standard_io
  defp map_device(:stderr), do: :standard_error
  defp map_device(other), do: other

  defp capture_leader(pid, input, opts, fun) do
    original = leader_of(pid)
    {:ok, capture} = StringIO.open(input, opts)

    try do
      Process.group_leader(pid, capture)
      finish(capture, fun)
    after
      Process.group_leader(pid, original)
    end
  end

  defp leader_of(pid) when pid == self(), do: Process.group_leader()

  defp leader_of(pid) do
    {:group_leader, leader} = Process.info(pid, :group_leader)
    leader
  end

  # A named device is replaced by one that answers to its name.
  defp capture_named(name, input, opts, fun) do
    {:ok, capture} = StringIO.open(input, opts)
    original = Process.whereis(name)
    if original, do: Process.unregister(name)
    Process.register(capture, name)

    try do
      finish(capture, fun)
    after
      try do
        Process.unregister(name)
      rescue
        ArgumentError -> :ok
      end

      if original, do: Process.register(original, name)
    end
  end

  defp finish(capture, fun) do
    try do
      fun.()
    catch
      kind, reason ->
        _ = StringIO.close(capture)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      result ->
        # A device that answers to a name must lose it before it ends.
        {:ok, {_input, output}} = close(capture)
        {result, output}
    end
  end

  defp close(capture) do
    {_, output} = StringIO.contents(capture)
    Process.unlink(capture)
    {:ok, {"", output}}
  end
end
