defmodule ExUnit.Callbacks do
  @moduledoc """
  What is done before and after tests.

  `setup_all/1` runs once for a module, in a process of its own; `setup/1` before each test, in the process of the test.
  Both take a block, with or without a context, or names of functions: an atom, `{module, function}` or a list of them.
  What they return is added to the context: a keyword list or a map, bare or in `{:ok, _}`; or `:ok` for nothing.

      setup %{user: name} do
        {:ok, account: Accounts.open(name)}
      end

      setup [:clean_tables, {Fixtures, :load}]

  `on_exit/2` cleans up; `start_supervised/2` starts processes that end with the test.
  """

  @reserved [:case, :file, :line, :test, :async, :registered, :describe]

  @doc "Runs before each test of the module or of the describe block."
  defmacro setup(block_or_functions), do: callback(:setup, block_or_functions)

  @doc "Runs before each test, with its context."
  defmacro setup(context, contents), do: callback(:setup, context, contents)

  @doc "Runs once before the tests of the module."
  defmacro setup_all(block_or_functions), do: callback(:setup_all, block_or_functions)

  @doc "Runs once before the tests of the module, with their common context."
  defmacro setup_all(context, contents), do: callback(:setup_all, context, contents)

  defp callback(kind, [{:do, _} | _] = contents), do: callback(kind, quote(do: _), contents)

  defp callback(kind, functions) do
    quote(do: ExUnit.Case.State.add_functions(__MODULE__, unquote(kind), unquote(functions)))
  end

  defp callback(kind, context, contents) do
    body =
      case contents do
        [do: block] -> block
        _ -> quote(do: try(unquote(contents)))
      end

    quote bind_quoted: [kind: kind, context: Macro.escape(context), body: Macro.escape(body, unquote: true)] do
      name = ExUnit.Case.State.new_callback(__MODULE__, kind)
      defp unquote(name)(unquote(context)), do: unquote(body)
    end
  end

  @doc false
  # Code that calls the functions one after the other, each with what those before it added.
  def __chain__(functions, kind) do
    context = Macro.var(:context, __MODULE__)

    steps =
      for function <- functions do
        call =
          case function do
            {module, name} -> quote(do: unquote(module).unquote(name)(unquote(context)))
            name -> quote(do: unquote(name)(unquote(context)))
          end

        quote do
          unquote(context) = ExUnit.Callbacks.__merge__(__MODULE__, unquote(kind), unquote(context), unquote(call))
        end
      end

    {context, {:__block__, [], steps ++ [context]}}
  end

  @doc false
  def __merge__(_module, _kind, context, :ok), do: context

  def __merge__(module, kind, context, returned) do
    value = with {:ok, inner} <- returned, do: inner

    added =
      cond do
        is_struct(value) -> unusable!(module, kind, returned)
        is_map(value) -> value
        is_list(value) -> Map.new(value)
        true -> unusable!(module, kind, returned)
      end

    for key <- @reserved, Map.has_key?(added, key), Map.get(context, key) != added[key] do
      raise "ExUnit #{kind} callback in #{inspect(module)} is trying to set " <>
              "reserved field #{inspect(key)} to #{inspect(added[key])}"
    end

    Map.merge(context, added)
  end

  @spec unusable!(module, atom, term) :: no_return
  defp unusable!(module, kind, value) do
    raise "expected ExUnit #{kind} callback in #{inspect(module)} to " <>
            "return the atom :ok, a keyword, or a map, got #{inspect(value)} instead"
  end

  # --- in a test -------------------------------------------------------------------------------

  @doc """
  Calls the function when the test, or all tests of a module if `setup_all` asks, has ended, in another process.

  The latest function is called first. A name given twice stands for the later function.
  """
  def on_exit(name_or_ref \\ make_ref(), callback) when is_function(callback, 0) do
    case ExUnit.Cleanup.add(self(), name_or_ref, callback) do
      :ok -> :ok
      :error -> raise ArgumentError, "on_exit/2 callback can only be invoked from the test process"
    end
  end

  @doc "Starts a child under the test's supervisor, which ends before the callbacks of `on_exit/2` are called."
  def start_supervised(child_spec_or_module, opts \\ []) do
    supervisor = supervisor!("start_supervised/2")
    spec = Supervisor.child_spec(child_spec_or_module, opts)

    case Supervisor.start_child(supervisor, spec) do
      {:error, {:already_started, _pid} = reason} ->
        known? = List.keymember?(Supervisor.which_children(supervisor), spec.id, 0)
        {:error, if(known?, do: reason, else: {reason, spec})}

      other ->
        other
    end
  end

  @doc "The same; returns the process, or raises."
  def start_supervised!(child_spec_or_module, opts \\ []) do
    case start_supervised(child_spec_or_module, opts) do
      {:ok, pid} ->
        pid

      {:ok, pid, _info} ->
        pid

      {:error, reason} ->
        raise "failed to start child with the spec #{inspect(child_spec_or_module)}.\n" <>
                "Reason: #{why_not_started(reason)}"
    end
  end

  # A child that was started first tells why it failed, and as what; all else is about its specification.
  defp why_not_started({{:EXIT, reason}, child}) when is_tuple(child), do: Exception.format_exit(reason)
  defp why_not_started({reason, child}) when is_tuple(child) and elem(child, 0) == :child, do: Exception.format_exit(reason)
  defp why_not_started(reason), do: Exception.format_exit({:start_spec, reason})

  @doc "The same; the child is also linked to the test, which fails when the child does."
  def start_link_supervised!(child_spec_or_module, opts \\ []) do
    pid = start_supervised!(child_spec_or_module, opts)
    Process.link(pid)
    pid
  end

  @doc "Stops a child of the test's supervisor, known by its id."
  def stop_supervised(id) do
    supervisor = supervisor!("stop_supervised/1")

    with :ok <- Supervisor.terminate_child(supervisor, id) do
      # A temporary child is forgotten as it ends.
      _ = Supervisor.delete_child(supervisor, id)
      :ok
    end
  end

  @doc "The same; raises if there is none."
  def stop_supervised!(id) do
    with {:error, :not_found} <- stop_supervised(id) do
      raise "could not stop child ID #{inspect(id)} because it was not found"
    end
  end

  defp supervisor!(function) do
    case ExUnit.fetch_test_supervisor() do
      {:ok, supervisor} -> supervisor
      :error -> raise ArgumentError, "#{function} can only be invoked from the test process"
    end
  end
end
