defmodule ExUnit.Callbacks do
  @moduledoc "What runs before and after tests."

  @doc false
  def __register__(module) do
    for key <- [:ex_unit_setup, :ex_unit_setup_all] do
      Module.register_attribute(module, key, accumulate: false)
      Module.put_attribute(module, key, [])
    end

    Module.put_attribute(module, :ex_unit_describe, nil)
    Module.put_attribute(module, :ex_unit_callback_count, 0)
  end

  defmacro setup(block_or_functions) do
    if Keyword.keyword?(block_or_functions) and Keyword.has_key?(block_or_functions, :do) do
      define(:setup, quote(do: _), block_or_functions)
    else
      functions(:setup, block_or_functions, __CALLER__)
    end
  end

  defmacro setup(context, block), do: define(:setup, context, block)

  defmacro setup_all(block_or_functions) do
    if Keyword.keyword?(block_or_functions) and Keyword.has_key?(block_or_functions, :do) do
      define(:setup_all, quote(do: _), block_or_functions)
    else
      functions(:setup_all, block_or_functions, __CALLER__)
    end
  end

  defmacro setup_all(context, block), do: define(:setup_all, context, block)

  defp define(kind, context, block) do
    quote bind_quoted: [
            kind: kind,
            context: Macro.escape(context),
            block: Macro.escape(unwrap(block), unquote: true)
          ] do
      name = ExUnit.Callbacks.__callback__(__MODULE__, kind)
      defp unquote(name)(unquote(context)), do: unquote(block)
    end
  end

  defp unwrap(do: block), do: block
  defp unwrap(block), do: quote(do: try(unquote(block)))

  defp functions(kind, functions, _caller) do
    quote do
      ExUnit.Callbacks.__functions__(__MODULE__, unquote(kind), unquote(functions))
    end
  end

  @doc false
  def __callback__(module, kind) do
    n = Module.get_attribute(module, :ex_unit_callback_count)
    Module.put_attribute(module, :ex_unit_callback_count, n + 1)
    name = :"__ex_unit_#{kind}_#{n}"
    push(module, kind, name)
    name
  end

  @doc false
  def __functions__(module, kind, functions) do
    Enum.each(List.wrap(functions), fn
      name when is_atom(name) ->
        push(module, kind, name)

      {mod, fun} when is_atom(mod) and is_atom(fun) ->
        push(module, kind, {mod, fun})

      other ->
        raise ArgumentError,
              "#{kind}/1 expects a callback as an atom, a {module, function} tuple or a list of callbacks, got: #{inspect(other)}"
    end)
  end

  defp push(module, kind, callback) do
    if kind == :setup_all and Module.get_attribute(module, :ex_unit_describe) do
      raise "cannot invoke setup_all/1 inside describe as setup_all/1 always applies to all tests in a module"
    end

    key = :"ex_unit_#{kind}"
    Module.put_attribute(module, key, [callback | Module.get_attribute(module, key)])
  end

  @doc false
  # In the order they run; a describe block adds its own after those of the module.
  def __take__(module, kind) do
    Enum.reverse(Module.get_attribute(module, :"ex_unit_#{kind}"))
  end

  @doc false
  def __compile__(callbacks, kind) do
    context = __context__()

    Enum.reduce(callbacks, context, fn callback, acc ->
      call =
        case callback do
          {mod, fun} -> quote(do: unquote(mod).unquote(fun)(unquote(context)))
          fun -> quote(do: unquote(fun)(unquote(context)))
        end

      quote do
        unquote(context) = unquote(acc)
        ExUnit.Callbacks.__merge__(__MODULE__, unquote(kind), unquote(context), unquote(call))
      end
    end)
  end

  @doc false
  def __context__, do: Macro.var(:context, ExUnit)

  @doc false
  def __merge__(_module, _kind, context, :ok), do: context
  def __merge__(module, kind, context, {:ok, value}), do: merge(module, kind, context, value, {:ok, value})
  def __merge__(module, kind, context, value), do: merge(module, kind, context, value, value)

  defp merge(module, kind, context, %{__struct__: _} = value, original) do
    _ = {context, value}
    raise_failed!(module, kind, original)
  end

  defp merge(module, kind, context, value, original) when is_list(value) do
    if Keyword.keyword?(value) do
      merge(module, kind, context, Map.new(value), original)
    else
      raise_failed!(module, kind, original)
    end
  end

  @reserved [:case, :file, :line, :test, :async, :registered, :describe]
  defp merge(module, kind, context, value, _original) when is_map(value) do
    Map.merge(context, value, fn
      k, v1, v2 when k in @reserved and v1 != v2 ->
        raise "ExUnit #{kind} callback in #{inspect(module)} is trying to set reserved field #{inspect(k)} to #{inspect(v2)}"

      _, _, v ->
        v
    end)
  end

  defp merge(module, kind, _context, _value, original), do: raise_failed!(module, kind, original)

  defp raise_failed!(module, kind, value) do
    raise "expected ExUnit #{kind} callback in #{inspect(module)} to " <>
            "return the atom :ok, a keyword, or a map, got #{inspect(value)} instead"
  end

  # --- in tests --------------------------------------------------------------------------------

  def on_exit(name_or_ref \\ make_ref(), callback) when is_function(callback, 0) do
    case ExUnit.OnExitHandler.add(self(), name_or_ref, callback) do
      :ok -> :ok
      :error -> raise ArgumentError, "on_exit/2 can only be invoked from the test process"
    end
  end

  def start_supervised(child_spec_or_module, opts \\ []) do
    child_spec =
      if Keyword.keyword?(opts), do: Supervisor.child_spec(child_spec_or_module, opts), else: child_spec_or_module

    sup = supervisor!("start_supervised/2")

    case Supervisor.start_child(sup, child_spec) do
      {:error, {:already_started, _pid}} -> {:error, {:duplicate_child_name, child_spec.id}}
      {:error, :already_present} -> {:error, {:duplicate_child_name, child_spec.id}}
      {:error, {{:EXIT, info}, childspec}} -> {:error, {{:EXIT, info}, childspec}}
      other -> other
    end
  end

  def start_supervised!(child_spec_or_module, opts \\ []) do
    case start_supervised(child_spec_or_module, opts) do
      {:ok, pid} ->
        pid

      {:ok, pid, _info} ->
        pid

      {:error, reason} ->
        raise "failed to start child with the spec #{inspect(child_spec_or_module)}.\nReason: #{start_error(reason)}"
    end
  end

  def start_link_supervised!(child_spec_or_module, opts \\ []) do
    pid = start_supervised!(child_spec_or_module, opts)
    Process.link(pid)
    pid
  end

  def stop_supervised(id) do
    sup = supervisor!("stop_supervised/1")

    with :ok <- Supervisor.terminate_child(sup, id) do
      case Supervisor.delete_child(sup, id) do
        {:error, :not_found} -> :ok
        other -> other
      end
    end
  end

  def stop_supervised!(id) do
    case stop_supervised(id) do
      :ok -> :ok
      {:error, :not_found} -> raise "could not stop child ID #{inspect(id)} because it was not found"
    end
  end

  defp supervisor!(fun) do
    case ExUnit.fetch_test_supervisor() do
      {:ok, sup} -> sup
      :error -> raise ArgumentError, "#{fun} can only be invoked from the test process"
    end
  end

  defp start_error({{:EXIT, reason}, info}) when is_tuple(info) and elem(info, 0) == :child,
    do: Exception.format_exit(reason)

  defp start_error({reason, info}) when is_tuple(info) and elem(info, 0) == :child,
    do: Exception.format_exit(reason)

  defp start_error(reason), do: Exception.format_exit({:start_spec, reason})
end
