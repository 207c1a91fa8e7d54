defmodule ExUnit.CaptureIO do
  @moduledoc """
  Keeps what a function writes, instead of letting it out.

      assert capture_io(fn -> IO.puts("hello") end) == "hello\\n"
      assert capture_io(:stderr, fn -> IO.write(:stderr, "oh") end) == "oh"
      assert capture_io("Ann", fn -> IO.write(IO.gets("name? ")) end) == "name? Ann"

  The standard output belongs to a process and those it starts, so that asynchronous tests do not disturb each other. A
  device with a name, such as `:stderr`, is everybody's: whoever captures it at the same time gets all that is written.

  Options: `:input`, what can be read; `capture_prompt: false` leaves prompts out; `:encoding`, `:unicode` or `:latin1`.
  """

  @doc "What the function writes to the standard output."
  def capture_io(fun), do: fun |> with_io() |> elem(1)

  @doc "The same for a device, a process, with input or with options: whichever is given first."
  def capture_io(device_input_or_options, fun), do: device_input_or_options |> with_io(fun) |> elem(1)

  @doc "What the function writes to a device, with input or options."
  def capture_io(device, input_or_options, fun), do: device |> with_io(input_or_options, fun) |> elem(1)

  @doc "The function's result, and what it writes to the standard output."
  def with_io(fun) when is_function(fun, 0), do: capture(:stdio, [], fun)

  @doc "The same for a device, a process, with input or with options."
  def with_io(device, fun) when is_atom(device) and is_function(fun, 0), do: capture(device, [], fun)
  def with_io(pid, fun) when is_pid(pid) and is_function(fun, 0), do: capture(pid, [], fun)
  def with_io(input, fun) when is_binary(input) and is_function(fun, 0), do: capture(:stdio, [input: input], fun)
  def with_io(options, fun) when is_list(options) and is_function(fun, 0), do: capture(:stdio, options, fun)

  @doc "The same for a device, with input or options."
  def with_io(device, input, fun) when is_binary(input), do: with_io(device, [input: input], fun)

  def with_io(device, options, fun)
      when (is_atom(device) or is_pid(device)) and is_list(options) and is_function(fun, 0) do
    capture(device, options, fun)
  end

  defp capture(device, options, fun) do
    input = Keyword.get(options, :input, "")
    string_options = [encoding: :unicode, capture_prompt: true] |> Keyword.merge(options) |> Keyword.delete(:input)
    {:ok, string} = StringIO.open(input, string_options)

    # What was captured of a function that fails goes with it.
    try do
      result = redirected(device, string, input == "", fun)
      {_rest, output} = StringIO.contents(string)
      {result, output}
    after
      StringIO.close(string)
    end
  end

  defp redirected(stdio, string, _shared?, fun) when stdio in [:stdio, :standard_io] do
    redirected(self(), string, true, fun)
  end

  defp redirected(pid, string, _shared?, fun) when is_pid(pid) do
    {:group_leader, leader} = if pid == self(), do: {:group_leader, Process.group_leader()}, else: Process.info(pid, :group_leader)

    try do
      Process.group_leader(pid, string)
      fun.()
    after
      Process.group_leader(pid, leader)
    end
  end

  defp redirected(:stderr, string, shared?, fun), do: redirected(:standard_error, string, shared?, fun)

  defp redirected(name, string, shared?, fun) do
    case ExUnit.Captures.listen(name, string, shared?) do
      :ok ->
        try do
          fun.()
        after
          ExUnit.Captures.unlisten(name, string)
        end

      {:error, :no_device} ->
        raise "could not find IO device registered at #{inspect(name)}"

      {:error, :already_captured} ->
        raise "IO device registered at #{inspect(name)} is already captured"
    end
  end
end
