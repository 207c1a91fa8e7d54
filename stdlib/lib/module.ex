defmodule Module do
  @moduledoc """
  Names of modules, and what can be asked of and changed in a module while it is compiled.
  """

  ## Names

  @doc "Joins names to a module's name."
  def concat(list) when is_list(list), do: list |> join() |> :erlang.binary_to_atom()

  @doc "Joins two names to a module's name."
  def concat(left, right) when (is_binary(left) or is_atom(left)) and (is_binary(right) or is_atom(right)),
    do: [left, right] |> join() |> :erlang.binary_to_atom()

  @doc "The same; raises if the name is not in use yet."
  def safe_concat(list) when is_list(list), do: list |> join() |> :erlang.binary_to_existing_atom()

  @doc "The same for two names."
  def safe_concat(left, right) when (is_binary(left) or is_atom(left)) and (is_binary(right) or is_atom(right)),
    do: [left, right] |> join() |> :erlang.binary_to_existing_atom()

  defp join(names), do: join(names, "Elixir")

  defp join([], acc), do: acc

  defp join([name | rest], acc) do
    case part(name) do
      "" -> join(rest, acc)
      part -> join(rest, <<acc::binary, ".", part::binary>>)
    end
  end

  defp part(nil), do: ""
  defp part(name) when is_atom(name), do: part(:erlang.atom_to_binary(name))
  defp part("Elixir"), do: ""
  defp part("Elixir." <> name), do: name
  defp part("." <> name), do: name
  defp part(name) when is_binary(name), do: name

  @doc "The parts of a module's name."
  def split(module)
  def split(module) when is_atom(module), do: split(:erlang.atom_to_binary(module), module)
  def split(module) when is_binary(module), do: split(module, module)

  defp split("Elixir." <> name, _original), do: :binary.split(name, ".", [:global])

  defp split(_name, original),
    do: raise(ArgumentError, "expected an Elixir module, got: #{inspect(original)}")

  ## Modules under definition

  @doc "Creates a module from quoted contents."
  def create(module, quoted, env_or_opts)

  def create(module, quoted, %{__struct__: Macro.Env} = env) when is_atom(module) do
    :cordial_code.define_module(module, quoted, %{env | function: nil})
  end

  def create(module, quoted, opts) when is_atom(module) and is_list(opts) do
    unless Keyword.has_key?(opts, :file), do: raise(ArgumentError, "expected :file to be given as option")
    create(module, quoted, env(opts))
  end

  defp env(opts), do: struct!(:cordial_code.new_env(), Keyword.take(opts, [:file, :line]))

  @doc "Evaluates quoted contents in the module's environment."
  @deprecated "Use Code.eval_quoted/3 instead"
  def eval_quoted(module_or_env, quoted, binding \\ [], opts \\ [])

  def eval_quoted(%{__struct__: Macro.Env} = env, quoted, binding, opts) when is_list(binding) and is_list(opts),
    do: Code.eval_quoted(quoted, binding, struct!(env, Keyword.take(opts, [:file, :line])))

  def eval_quoted(module, quoted, binding, opts) when is_atom(module) and is_list(binding) and is_list(opts) do
    assert_open!("eval_quoted/4", module)
    Code.eval_quoted(quoted, binding, %{env(opts) | module: module})
  end

  @doc "Whether the module is being defined."
  def open?(module) when is_atom(module), do: :elixir_module.open?(module)

  @doc "Whether the module under definition has the function or macro."
  def defines?(module, {name, arity} = pair) when is_atom(module) and is_atom(name) and is_integer(arity) do
    assert_open!("defines?/2", module)
    :elixir_module.defines?(module, pair, nil)
  end

  @doc "The same for a kind: `:def`, `:defp`, `:defmacro` or `:defmacrop`."
  def defines?(module, {name, arity} = pair, kind) when is_atom(module) and is_atom(name) and is_integer(arity) do
    assert_open!("defines?/3", module)
    :elixir_module.defines?(module, pair, kind)
  end

  @doc "Whether the module under definition has the type."
  def defines_type?(module, {name, arity} = pair) when is_atom(module) and is_atom(name) and arity in 0..255 do
    assert_open!("defines_type?/2", module)
    :elixir_module.defines_type?(module, pair)
  end

  @doc "Functions and macros of the module under definition."
  def definitions_in(module) when is_atom(module) do
    assert_open!("definitions_in/1", module)
    :elixir_module.definitions_in(module, nil)
  end

  @doc "Those of a kind."
  def definitions_in(module, kind) when is_atom(module) and kind in [:def, :defp, :defmacro, :defmacrop] do
    assert_open!("definitions_in/2", module)
    :elixir_module.definitions_in(module, kind)
  end

  @doc "A definition: `{:v1, kind, meta, clauses}` or `nil`."
  def get_definition(module, {name, arity} = pair, options \\ [])
      when is_atom(module) and is_atom(name) and is_integer(arity) and is_list(options) do
    assert_open!("get_definition/3", module)

    case :elixir_module.get_definition(module, pair) do
      {:v1, kind, meta, clauses} -> {:v1, kind, meta, if(options[:skip_clauses], do: [], else: clauses)}
      nil -> nil
    end
  end

  @doc "Takes a definition out: whether there was one."
  def delete_definition(module, {name, arity} = pair) when is_atom(module) and is_atom(name) and is_integer(arity) do
    assert_open!("delete_definition/2", module)
    :elixir_module.delete_definition(module, pair)
  end

  @doc "Lets functions be defined again."
  def make_overridable(module, tuples)

  def make_overridable(module, tuples) when is_atom(module) and is_list(tuples) do
    assert_open!("make_overridable/2", module)

    for tuple <- tuples do
      case tuple do
        {name, arity} when is_atom(name) and is_integer(arity) and arity in 0..255 -> :ok
        other -> raise ArgumentError, "each element in tuple list has to be a {function_name :: atom, arity :: 0..255} tuple, got: #{inspect(other)}"
      end
    end

    case :lists.filter(fn pair -> not :elixir_module.defines?(module, pair, nil) end, tuples) do
      [] ->
        :elixir_module.make_overridable(module, tuples)
        :ok

      [{name, arity} | _] ->
        raise ArgumentError, "cannot make function #{name}/#{arity} overridable because it was not defined"
    end
  end

  def make_overridable(module, behaviour) when is_atom(module) and is_atom(behaviour) do
    cond do
      behaviour not in get_attribute(module, :behaviour, []) ->
        raise ArgumentError,
              "cannot pass module #{inspect(behaviour)} as argument to defoverridable/1 because its corresponding behaviour is missing. " <>
                "Did you forget to add @behaviour #{inspect(behaviour)}?"

      not Code.ensure_loaded?(behaviour) or not function_exported?(behaviour, :behaviour_info, 1) ->
        raise ArgumentError, "cannot pass module #{inspect(behaviour)} as argument to defoverridable/1 because it does not define any callbacks"

      true ->
        callbacks =
          for {name, arity} <- behaviour.behaviour_info(:callbacks) do
            case Atom.to_string(name) do
              "MACRO-" <> macro -> {String.to_atom(macro), arity - 1}
              _ -> {name, arity}
            end
          end

        make_overridable(module, :lists.filter(&defines?(module, &1), callbacks))
    end
  end

  @doc "Whether a function may be defined again."
  def overridable?(module, {_name, _arity} = pair) when is_atom(module), do: pair in overridables_in(module)

  @doc "The functions that may be defined again."
  def overridables_in(module) when is_atom(module) do
    assert_open!("overridables_in/1", module)
    :elixir_module.overridables_in(module)
  end

  ## Attributes

  @doc "The value of an attribute; of an accumulating one, the list of all values, the latest first."
  def get_attribute(module, key, default \\ nil) when is_atom(module) and is_atom(key) do
    assert_open!("get_attribute/2", module)
    :elixir_module.get_attribute(module, key, default)
  end

  @doc "The latest value of an attribute."
  def get_last_attribute(module, key, default \\ nil) when is_atom(module) and is_atom(key) do
    assert_open!("get_last_attribute/2", module)

    if :elixir_module.accumulates?(module, key) do
      case :elixir_module.get_attribute(module, key, []) do
        [] -> default
        [last | _] -> last
      end
    else
      :elixir_module.get_attribute(module, key, default)
    end
  end

  @doc "Whether the attribute has been set or registered."
  def has_attribute?(module, key) when is_atom(module) and is_atom(key) do
    assert_open!("has_attribute?/2", module)
    :elixir_module.has_attribute?(module, key)
  end

  @doc "The names of all attributes."
  def attributes_in(module) when is_atom(module) do
    assert_open!("attributes_in/1", module)
    :elixir_module.attributes_in(module)
  end

  @doc "Sets an attribute."
  def put_attribute(module, key, value) when is_atom(module) and is_atom(key) do
    assert_open!("put_attribute/3", module)
    :elixir_module.put_attribute(module, key, value)
    :ok
  end

  @doc "Takes an attribute out: its value."
  def delete_attribute(module, key) when is_atom(module) and is_atom(key) do
    assert_open!("delete_attribute/2", module)
    :elixir_module.delete_attribute(module, key)
  end

  @doc "Makes an attribute accumulate or persist."
  def register_attribute(module, attribute, options) when is_atom(module) and is_atom(attribute) and is_list(options) do
    assert_open!("register_attribute/3", module)
    accumulate? = :lists.member({:accumulate, true}, options)
    :elixir_module.register_attribute(module, attribute, accumulate?, :lists.member({:persist, true}, options))
    :ok
  end

  @doc "The attributes that have a meaning, with a description."
  def reserved_attributes do
    %{
      after_compile: %{doc: "A hook that will be invoked right after the current module is compiled."},
      after_verify: %{doc: "A hook that will be invoked right after the current module is verified for undefined functions, deprecations, etc."},
      before_compile: %{doc: "A hook that will be invoked before the module is compiled."},
      behaviour: %{doc: "Specifies that the current module implements a given behaviour."},
      callback: %{doc: "Defines a behaviour callback."},
      compile: %{doc: "Defines options for module compilation."},
      deprecated: %{doc: "Provides the deprecation reason for a function."},
      derive: %{doc: "Derives an implementation for the given protocol for the struct defined in the current module."},
      dialyzer: %{doc: "Defines Dialyzer warning controls."},
      doc: %{doc: "Provides documentation for a function/macro/callback."},
      enforce_keys: %{doc: "Ensures the given keys are always set when building the struct defined in the current module."},
      external_resource: %{doc: "Specifies an external resource for the current module."},
      fallback_to_any: %{doc: "If set to `true` generates a default protocol implementation for all types."},
      file: %{doc: "Changes the filename used in stacktraces for the function or macro that follows the attribute."},
      for: %{doc: "The current module/type a protocol implementation is being defined for (inside `defimpl`)."},
      impl: %{doc: "Declares an implementation of a callback function or macro."},
      macrocallback: %{doc: "Defines a macro behaviour callback."},
      moduledoc: %{doc: "Provides documentation for the current module."},
      on_definition: %{doc: "A hook that will be invoked when each function or macro in the current module is defined."},
      on_load: %{doc: "A hook that will be invoked whenever the module is loaded."},
      opaque: %{doc: "Defines an opaque type to be used in `@spec`."},
      optional_callbacks: %{doc: "Specifies which callbacks of a behaviour are optional."},
      protocol: %{doc: "The current protocol being implemented (inside `defimpl`)."},
      spec: %{doc: "Provides a specification for a function."},
      type: %{doc: "Defines a type to be used in `@spec`."},
      typedoc: %{doc: "Provides documentation for a type."},
      typep: %{doc: "Defines a private type to be used in `@spec`."},
      undefined_impl_description: %{doc: "A description for when a protocol is not implemented."},
      vsn: %{doc: "Specify the module version."}
    }
  end

  @doc "Copies the specs of a function to callbacks of its name: whether there was a spec."
  def spec_to_callback(module, {name, arity} = pair) when is_atom(module) and is_atom(name) and is_integer(arity) do
    assert_open!("spec_to_callback/2", module)
    :elixir_module.spec_to_callback(module, pair)
  end

  defp assert_open!(function, module) do
    if :elixir_module.open?(module) do
      :ok
    else
      raise ArgumentError,
            "could not call Module.#{function} because the module #{inspect(module)} is already compiled" <> instead(function)
    end
  end

  defp instead("definitions_in/" <> _), do: ". Use the Module.__info__/1 callback to get public functions and macros instead"

  defp instead("defines?/" <> _),
    do: ". Use Kernel.function_exported?/3 and Kernel.macro_exported?/3 to check for public functions and macros instead"

  defp instead(function) when function in ["get_attribute/2", "get_last_attribute/2"],
    do: ". Use the Module.__info__/1 callback or Code.fetch_docs/1 instead"

  defp instead(_function), do: ""
end
