defmodule System do
  @moduledoc "The system the program runs on: environment, time, commands, the way to stop."

  @type time_unit :: :second | :millisecond | :microsecond | :nanosecond | pos_integer

  defp env_to_binary(value) when is_binary(value), do: value

  def endianness, do: :erlang.system_info(:endian)
  def compiled_endianness, do: :little

  def version, do: "1.18.3"

  def build_info do
    %{
      build: "1.18.3 (compiled with Erlang/OTP 27)",
      date: "2025-03-27T10:28:59Z",
      revision: "",
      version: version(),
      otp_release: otp_release()
    }
  end

  def argv, do: :persistent_term.get({System, :argv}, [])

  def argv(args) do
    :persistent_term.put({System, :argv}, args)
    :ok
  end

  def no_halt, do: :persistent_term.get({System, :no_halt}, false)

  def no_halt(boolean) when is_boolean(boolean) do
    :persistent_term.put({System, :no_halt}, boolean)
    :ok
  end

  @deprecated "Use File.cwd/0 instead"
  def cwd do
    case File.cwd() do
      {:ok, cwd} -> cwd
      _ -> nil
    end
  end

  @deprecated "Use File.cwd!/0 instead"
  def cwd!, do: File.cwd!()

  def user_home, do: get_env("HOME")
  def user_home!, do: user_home() || raise("could not find the user home, please set the HOME environment variable")

  def tmp_dir, do: dir("TMPDIR") || dir("TEMP") || dir("TMP") || dir_at("/tmp") || File.cwd!()

  def tmp_dir! do
    tmp_dir() ||
      raise "could not get a writable temporary directory, please set the TMPDIR environment variable"
  end

  defp dir(name) do
    case get_env(name) do
      nil -> nil
      path -> dir_at(path)
    end
  end

  defp dir_at(path) do
    case File.stat(path) do
      {:ok, %{type: :directory, access: access}} when access in [:read_write, :write] -> path
      _ -> nil
    end
  end

  def at_exit(fun) when is_function(fun, 1), do: Cordial.CLI.at_exit(fun)

  def find_executable(program) when is_binary(program) do
    assert_no_null_byte!(program, "System.find_executable/1")

    cond do
      program == "" -> nil
      String.contains?(program, "/") -> if executable?(program), do: Path.expand(program)
      true -> find_in(String.split(get_env("PATH") || "", ":", trim: true), program)
    end
  end

  defp find_in([], _program), do: nil

  defp find_in([dir | rest], program) do
    path = Path.join(dir, program)
    if executable?(path), do: path, else: find_in(rest, program)
  end

  defp executable?(path) do
    case File.stat(path) do
      {:ok, %{type: :regular, mode: mode}} -> Bitwise.band(mode, 0o111) != 0
      _ -> false
    end
  end

  # --- environment -----------------------------------------------------------------------------

  def get_env, do: Map.new(:cordial_os.env())

  def get_env(varname, default \\ nil)
      when is_binary(varname) and (is_binary(default) or is_nil(default)) do
    case :cordial_os.get_env(varname) do
      nil -> default
      value -> value
    end
  end

  def fetch_env(varname) when is_binary(varname) do
    case get_env(varname) do
      nil -> :error
      value -> {:ok, value}
    end
  end

  def fetch_env!(varname) when is_binary(varname) do
    case get_env(varname) do
      nil -> raise System.EnvError, env: varname
      value -> value
    end
  end

  def put_env(varname, value) when is_binary(varname) and is_binary(value) do
    assert_no_null_byte!(varname, "System.put_env/2")
    assert_no_null_byte!(value, "System.put_env/2")

    case :binary.match(varname, "=") do
      {_, _} ->
        raise ArgumentError,
              "cannot execute System.put_env/2 for key with \"=\", got: #{inspect(varname)}"

      :nomatch ->
        :cordial_os.put_env(varname, env_to_binary(value))
        :ok
    end
  end

  def put_env(enum) do
    Enum.each(enum, fn
      {key, nil} ->
        delete_env(to_string(key))

      {key, value} when is_binary(value) ->
        put_env(to_string(key), value)

      {key, value} ->
        put_env(to_string(key), to_string(value))
    end)
  end

  def delete_env(varname) when is_binary(varname) do
    :cordial_os.unset_env(varname)
    :ok
  end

  @deprecated "Use System.pid/0 instead"
  def get_pid, do: pid()
  def pid, do: IO.iodata_to_binary(:os.getpid())

  @signals [:sigabrt, :sigalrm, :sigchld, :sighup, :sigquit, :sigstop, :sigterm, :sigtstp, :sigusr1, :sigusr2]
  # These have a meaning of their own, which a trap does not take away.
  @always_handled [:sigquit, :sigterm, :sigusr1]

  @doc """
  Calls the function whenever the signal comes, in the process of signals: `{:ok, id}`, or `{:error, :already_registered}`.

  What the signal does by itself it does as well: `:sigterm` still stops the program.
  """
  def trap_signal(signal, id \\ make_ref(), fun) when signal in @signals and is_function(fun, 0) do
    :init.signals()
    handler = {System.SignalHandler, {signal, id}}

    if handler in :gen_event.which_handlers(:erl_signal_server) do
      {:error, :already_registered}
    else
      :ok = :gen_event.add_handler(:erl_signal_server, handler, {signal, fun})
      :os.set_signal(signal, :handle)
      {:ok, id}
    end
  end

  @doc "Ends a trap: `:ok` or `{:error, :not_found}`."
  def untrap_signal(signal, id) when signal in @signals do
    :init.signals()

    case :gen_event.delete_handler(:erl_signal_server, {System.SignalHandler, {signal, id}}, :untrap) do
      {:error, :module_not_found} ->
        {:error, :not_found}

      _ ->
        unless signal in @always_handled or trapped?(signal), do: :os.set_signal(signal, :default)
        :ok
    end
  end

  defp trapped?(signal) do
    Enum.any?(:gen_event.which_handlers(:erl_signal_server), &match?({System.SignalHandler, {^signal, _}}, &1))
  end

  # --- end -------------------------------------------------------------------------------------

  def halt(status \\ 0)
  def halt(status) when is_integer(status) or status == :abort or is_binary(status), do: do_halt(status)

  defp do_halt(status) when is_binary(status), do: :erlang.halt(String.to_charlist(status))
  defp do_halt(status), do: :erlang.halt(status)

  @doc "Stops applications, the latest first, then the program. Functions of `at_exit/1` are not called."
  def stop(status \\ 0)
  def stop(status) when is_integer(status), do: :init.stop(status)
  def stop(status) when is_binary(status), do: :init.stop(String.to_charlist(status))

  @doc "Not supported: raises."
  def restart, do: :init.restart()

  @deprecated "Use __STACKTRACE__ instead"
  def stacktrace, do: []

  # --- commands --------------------------------------------------------------------------------

  @doc """
  Runs a command line in the shell: `{output, status}`. Options as of `cmd/3`, and `close_stdin: true`.
  """
  def shell(command, opts \\ []) when is_binary(command) do
    command |> assert_no_null_byte!("System.shell/2") |> String.trim() |> in_shell(opts)
  end

  defp in_shell("", _opts), do: {"", 0}

  defp in_shell(command, opts) do
    {close_stdin?, opts} = Keyword.pop(opts, :close_stdin, false)
    # A comment at the end of the line must not hide the bracket.
    line = if close_stdin?, do: ["(", command, "\n) </dev/null"], else: ["(", command, "\n)"]
    execute("/bin/sh", [args: ["-c", IO.iodata_to_binary(line)]], "System.shell/2", opts)
  end

  @doc """
  Runs a program to its end: `{output, status}`.

  Options: `into:` what the output is collected into, piece by piece as it comes; `lines:` lines of at most so many bytes
  are the pieces; `cd:`, `env:` (a value of `nil` removes), `arg0:`, `stderr_to_stdout:`, `use_stdio:`, `parallelism:`.
  """
  def cmd(command, args, opts \\ []) when is_binary(command) and is_list(args) do
    assert_no_null_byte!(command, "System.cmd/3")

    unless Enum.all?(args, &is_binary/1) do
      raise ArgumentError, "all arguments for System.cmd/3 must be binaries"
    end

    path = if Path.type(command) == :absolute, do: command, else: find_executable(command)

    if path do
      execute(path, [args: args], "System.cmd/3", opts)
    else
      :erlang.error(:enoent, [command, args, opts])
    end
  end

  defp execute(path, own, function, opts) do
    {into, line, settings} = settings(opts, "", nil, own, function)
    {initial, collect} = Collectable.into(into)
    framing = if line, do: [line: line], else: []
    port = Port.open({:spawn_executable, path}, framing ++ [:exit_status, :binary, :hide, :use_stdio | Enum.reverse(settings)])
    monitor = if line, do: Port.monitor(port)

    try do
      gather(port, monitor, initial, collect, [])
    catch
      kind, reason ->
        collect.(initial, :halt)
        if monitor, do: Port.demonitor(monitor, [:flush])
        shut(port)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      {collected, status} -> {collect.(collected, :done), status}
    end
  end

  defp shut(port) do
    Port.close(port)
  rescue
    # It has ended meanwhile.
    ArgumentError -> true
  end

  # The part of a line that has come is put before the rest of it.
  defp gather(port, monitor, collected, collect, part) do
    receive do
      {^port, {:data, {:noeol, data}}} ->
        gather(port, monitor, collected, collect, [part | data])

      {^port, {:data, {:eol, data}}} ->
        gather(port, monitor, collect.(collected, {:cont, IO.iodata_to_binary([part | data])}), collect, [])

      {^port, {:data, data}} ->
        gather(port, monitor, collect.(collected, {:cont, data}), collect, part)

      {^port, {:exit_status, status}} ->
        {if(monitor, do: last_line(port, monitor, collected, collect, part), else: collected), status}
    end
  end

  # What follows the last line end comes after the status.
  defp last_line(port, monitor, collected, collect, part) do
    receive do
      {^port, {:data, {_, data}}} -> last_line(port, monitor, collected, collect, [part | data])
      {:DOWN, ^monitor, :port, ^port, _} when part == [] -> collected
      {:DOWN, ^monitor, :port, ^port, _} -> collect.(collected, {:cont, IO.iodata_to_binary(part)})
    end
  end

  defp settings([], into, line, settings, _function), do: {into, line, settings}

  defp settings([option | rest], into, line, settings, function) do
    case option do
      {:into, into} ->
        settings(rest, into, line, settings, function)

      {:lines, line} when is_integer(line) and line > 0 ->
        settings(rest, into, line, settings, function)

      {:env, env} ->
        settings(rest, into, line, [{:env, environment(env)} | settings], function)

      {key, value} when key in [:cd, :arg0] and is_binary(value) ->
        settings(rest, into, line, [{key, value} | settings], function)

      {:stderr_to_stdout, true} ->
        settings(rest, into, line, [:stderr_to_stdout | settings], function)

      {:stderr_to_stdout, false} ->
        settings(rest, into, line, settings, function)

      {:parallelism, bool} when is_boolean(bool) ->
        settings(rest, into, line, [{:parallelism, bool} | settings], function)

      {:use_stdio, true} ->
        settings(rest, into, line, settings, function)

      {:use_stdio, false} ->
        settings(rest, into, line, [:nouse_stdio | settings], function)

      {key, value} ->
        raise ArgumentError, "invalid option #{inspect(key)} with value #{inspect(value)}"
    end
  end

  defp environment(pairs) do
    Enum.map(pairs, fn
      {name, nil} -> {String.to_charlist(name), false}
      {name, value} -> {String.to_charlist(name), String.to_charlist(value)}
      other -> raise ArgumentError, "invalid environment key-value #{inspect(other)}"
    end)
  end

  defp assert_no_null_byte!(binary, operation) do
    case :binary.match(binary, "\0") do
      {_, _} ->
        raise ArgumentError,
              "cannot execute #{operation} for program with null byte, got: #{inspect(binary)}"

      :nomatch ->
        binary
    end
  end

  # --- time ------------------------------------------------------------------------------------

  def monotonic_time, do: :erlang.monotonic_time()
  def monotonic_time(unit), do: :erlang.monotonic_time(normalize_time_unit(unit))
  def system_time, do: :erlang.system_time()
  def system_time(unit), do: :erlang.system_time(normalize_time_unit(unit))
  def os_time, do: :os.system_time()
  def os_time(unit), do: :os.system_time(normalize_time_unit(unit))
  def time_offset, do: :erlang.time_offset()
  def time_offset(unit), do: :erlang.time_offset(normalize_time_unit(unit))

  def convert_time_unit(time, from_unit, to_unit) do
    :erlang.convert_time_unit(time, normalize_time_unit(from_unit), normalize_time_unit(to_unit))
  end

  def unique_integer(modifiers \\ []) when is_list(modifiers), do: :erlang.unique_integer(modifiers)

  def otp_release, do: :erlang.list_to_binary(:erlang.system_info(:otp_release))
  def schedulers, do: :erlang.system_info(:schedulers)
  def schedulers_online, do: :erlang.system_info(:schedulers_online)

  @doc false
  def normalize_time_unit(:native), do: :native
  def normalize_time_unit(:second), do: :second
  def normalize_time_unit(:millisecond), do: :millisecond
  def normalize_time_unit(:microsecond), do: :microsecond
  def normalize_time_unit(:nanosecond), do: :nanosecond
  def normalize_time_unit(unit) when is_integer(unit) and unit > 0, do: unit
  def normalize_time_unit(unit) when unit in [:seconds, :milliseconds, :microseconds, :nanoseconds] do
    case unit do
      :seconds -> :second
      :milliseconds -> :millisecond
      :microseconds -> :microsecond
      :nanoseconds -> :nanosecond
    end
  end

  def normalize_time_unit(other) do
    raise ArgumentError,
          "unsupported time unit. Expected :second, :millisecond, " <>
            ":microsecond, :nanosecond, or a positive integer, " <> "got #{inspect(other)}"
  end
end
