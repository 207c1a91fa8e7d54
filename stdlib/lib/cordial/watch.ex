defmodule Cordial.Watch do
  @moduledoc """
  `cordial run --watch`: files are compiled again when they are saved, and their modules swapped while the program goes on.

  Watched are the program's file, the files that it required and everything under the folders of the command line. Only
  modules are swapped: the top level of a script is not run again, unless the script had failed.
  """

  # The natives of the command line are not there when the library is compiled.
  @compile {:no_warn_undefined, :cordial_watch}

  @key __MODULE__
  # What of a script's top level matters to the modules in it.
  @kept [:defmodule, :defprotocol, :defimpl, :alias, :import, :require]

  ## The command line's side

  @doc "Begins to watch; `programs` are the files whose top level is the program, `folders` are watched as a whole."
  def start(programs, folders) do
    with {:error, reason} <- :cordial_watch.start(), do: give_up(reason)

    folders = Enum.map(folders, &Path.expand/1)

    Enum.each(folders, fn folder ->
      with {:error, reason} <- :cordial_watch.add_folder(folder), do: give_up(reason)
    end)

    state = %{known: %{}, programs: Enum.map(programs, &Path.expand/1), folders: folders, waiting: nil}
    server = spawn(fn -> serve(state) end)
    spawn(fn -> listen(server) end)
    :persistent_term.put(@key, server)
  end

  @doc "Tells of a file that is being loaded with this text, once there is a watch."
  def loaded(path, text) do
    with {:error, reason} <- :cordial_watch.add_file(path), do: say("cannot watch #{shown(path)}: #{reason}")
    send(:persistent_term.get(@key), {:loaded, path, :erlang.md5(text)})
    :ok
  end

  @doc "Loads the `.ex` files of a folder, in any order that their dependencies allow."
  def load_folder(folder) do
    folder |> sources() |> load_all()
  end

  @doc "Waits for the next change of a watched file, which is not compiled then."
  def await_change do
    send(:persistent_term.get(@key), {:await, self()})

    receive do
      {@key, :changed} -> :ok
    end
  end

  defp sources(folder), do: folder |> Path.expand() |> Path.join("**/*.ex") |> Path.wildcard()

  # Files that need modules of others wait until these are there.
  defp load_all(files) do
    failed = Enum.filter(files, &(quietly(fn -> Code.require_file(&1) end) == :failed))

    cond do
      failed == [] -> :ok
      length(failed) < length(files) -> load_all(failed)
      true -> Enum.each(failed, &Code.require_file/1)
    end
  end

  # Without a word of a failure, which may be none after the next file.
  defp quietly(fun) do
    {outcome, diagnostics} =
      Code.with_diagnostics(fn ->
        try do
          {:ok, fun.()}
        catch
          _, _ -> :failed
        end
      end)

    if outcome != :failed, do: Enum.each(diagnostics, &Code.print_diagnostic/1)
    outcome
  end

  ## The server

  defp listen(server) do
    case :cordial_watch.next() do
      :stopped ->
        :ok

      paths ->
        send(server, {:changed, paths})
        listen(server)
    end
  end

  defp serve(state) do
    receive do
      {:loaded, path, sum} -> serve(put_in(state.known[path], sum))
      {:await, pid} -> serve(%{state | waiting: pid})
      {:changed, paths} -> state |> changed(paths) |> serve()
    end
  end

  defp changed(state, paths) do
    state = drain(state)
    files = for path <- affected(state, paths), {:ok, text} <- [File.read(path)], new?(state, path, text), do: {path, text}
    state = Enum.reduce(files, state, fn {path, text}, state -> put_in(state.known[path], :erlang.md5(text)) end)

    cond do
      files == [] ->
        state

      state.waiting != nil ->
        send(state.waiting, {@key, :changed})
        %{state | waiting: nil}

      true ->
        swap(files, state.programs)
        state
    end
  end

  # Files that were loaded before the change are known before it is looked at.
  defp drain(state) do
    receive do
      {:loaded, path, sum} -> drain(put_in(state.known[path], sum))
      {:await, pid} -> drain(%{state | waiting: pid})
    after
      0 -> state
    end
  end

  # No paths: any file may have changed.
  defp affected(state, []), do: Enum.uniq(Map.keys(state.known) ++ Enum.flat_map(state.folders, &sources/1))

  defp affected(state, paths) do
    Enum.filter(paths, fn path ->
      is_map_key(state.known, path) or (Path.extname(path) == ".ex" and Enum.any?(state.folders, &String.starts_with?(path, &1 <> "/")))
    end)
  end

  defp new?(state, path, text), do: state.known[path] != :erlang.md5(text)

  ## Swapping

  # A file that fails gets another try when others have been swapped: it may need what is new in them.
  defp swap([{path, text}], programs), do: swap_one(path, text, programs)

  defp swap(files, programs) do
    failed = Enum.filter(files, fn {path, text} -> attempt(path, text, programs) == :failed end)

    if length(failed) < length(files),
      do: swap_rest(failed, programs),
      else: Enum.each(failed, fn {path, text} -> swap_one(path, text, programs) end)
  end

  defp swap_rest([], _programs), do: :ok
  defp swap_rest(failed, programs), do: swap(failed, programs)

  defp attempt(path, text, programs) do
    aside(fn ->
      case quietly(fn -> compile(path, text, programs) end) do
        {:ok, modules} -> done(path, modules)
        :failed -> :failed
      end
    end)
  end

  defp swap_one(path, text, programs) do
    aside(fn ->
      try do
        done(path, compile(path, text, programs))
      catch
        kind, reason ->
          # What lies below the file is the watch's own.
          Cordial.CLI.report(kind, reason, Enum.take_while(__STACKTRACE__, &(elem(&1, 0) not in [Code, __MODULE__])))
          say("#{shown(path)} does not compile: the program goes on with the code it has")
          :failed
      end
    end)
  end

  # What macros of the file do to their process must not end the watch.
  defp aside(fun) do
    {pid, ref} = spawn_monitor(fn -> exit({@key, fun.()}) end)

    receive do
      {:DOWN, ^ref, :process, ^pid, {@key, outcome}} ->
        outcome

      {:DOWN, ^ref, :process, ^pid, reason} ->
        say("compiling ended: " <> Exception.format_exit(reason))
        :failed
    end
  end

  defp compile(path, text, programs) do
    quoted = Code.string_to_quoted!(text, file: shown(path), columns: true)
    script? = path in programs or Path.extname(path) == ".exs"
    :cordial_code.replace_modules(if(script?, do: definitions(quoted), else: quoted), shown(path), text)
  end

  defp definitions({:__block__, meta, forms}), do: {:__block__, meta, Enum.filter(forms, &definition?/1)}
  defp definitions(form), do: if(definition?(form), do: form)

  defp definition?({name, _meta, [_ | _]}) when name in @kept, do: true
  # Modules may name what the top level holds, as long as that is known without running it.
  defp definition?({:=, _meta, [_pattern, value]}), do: Macro.quoted_literal?(value)
  defp definition?(_form), do: false

  defp done(_path, []), do: :ok
  defp done(path, modules), do: say("#{shown(path)}: swapped #{modules |> Enum.map(&inspect(elem(&1, 0))) |> Enum.uniq() |> Enum.join(", ")}")

  defp shown(path), do: Path.relative_to_cwd(path)

  defp say(text), do: IO.puts(:stderr, ["cordial: ", text])

  @spec give_up(String.t()) :: no_return
  defp give_up(reason) do
    say("cannot watch: #{reason}")
    exit({:shutdown, 1})
  end
end
