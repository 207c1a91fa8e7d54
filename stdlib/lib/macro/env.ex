defmodule Macro.Env do
  @moduledoc """
  The environment that code is expanded in: what `__ENV__` and `__CALLER__` give.
  """

  defstruct [
    :module,
    :function,
    :context,
    :lexical_tracker,
    file: "nofile",
    line: 0,
    aliases: [],
    requires: [],
    functions: [],
    macros: [],
    macro_aliases: [],
    context_modules: [],
    versioned_vars: %{},
    tracers: []
  ]

  @doc "Variables that code in this environment sees, with their contexts."
  def vars(%{__struct__: Macro.Env, versioned_vars: vars}), do: Map.keys(vars)

  @doc "Whether the variable is there."
  def has_var?(env, var)
  def has_var?(%{__struct__: Macro.Env, versioned_vars: vars}, {name, context}), do: Map.has_key?(vars, {name, context})

  @doc "Whether the module is required, or is the module itself."
  def required?(%{__struct__: Macro.Env, requires: requires}, module), do: module in requires

  @doc "File and line as a keyword list."
  def location(%{__struct__: Macro.Env, file: file, line: line}), do: [file: file, line: line]

  @doc "The module that the alias stands for: `{:ok, module}` or `:error`."
  def fetch_alias(%{__struct__: Macro.Env, aliases: aliases}, name) when is_atom(name),
    do: Keyword.fetch(aliases, Module.concat([name]))

  @doc "The alias that is made by the last part of a module's name and that stands for it."
  def fetch_macro_alias(%{__struct__: Macro.Env, macro_aliases: aliases}, name) when is_atom(name) do
    case Keyword.fetch(aliases, Module.concat([name])) do
      {:ok, {_counter, module}} -> {:ok, module}
      :error -> :error
    end
  end

  @doc "Whether code is expanded inside a guard."
  def in_guard?(env)
  def in_guard?(%{__struct__: Macro.Env, context: context}), do: context == :guard

  @doc "Whether code is expanded inside a pattern."
  def in_match?(env)
  def in_match?(%{__struct__: Macro.Env, context: context}), do: context == :match

  @doc "The environment without a pattern's or guard's context."
  def to_match(%{__struct__: Macro.Env} = env), do: %{env | context: :match}

  @doc "The environment as a guard's."
  def to_guard(%{__struct__: Macro.Env} = env), do: %{env | context: :guard}

  @doc "The environment without variables that were added in it."
  def prune_compile_info(env), do: %{env | lexical_tracker: nil, tracers: []}

  @doc "The frame that this environment stands for in a stack trace."
  def stacktrace(%{__struct__: Macro.Env, module: module, function: function, file: file, line: line}) do
    location = [file: String.to_charlist(Path.relative_to_cwd(file)), line: line]

    cond do
      module == nil -> [{:elixir_compiler, :__FILE__, 1, location}]
      function == nil -> [{module, :__MODULE__, 0, location}]
      true -> [{module, elem(function, 0), elem(function, 1), location}]
    end
  end

  @doc "The modules that the function or macro is imported from: `[{:function | :macro, module}]`."
  def lookup_import(%{__struct__: Macro.Env, functions: functions, macros: macros}, {name, arity} = pair)
      when is_atom(name) and is_integer(arity) do
    functions = for {module, pairs} <- functions, pair in pairs, do: {:function, module}
    macros = for {module, pairs} <- macros, pair in pairs, do: {:macro, module}
    functions ++ macros
  end

  @doc "The aliases under which the environment knows a module."
  def lookup_alias_as(%{__struct__: Macro.Env, aliases: aliases}, module) when is_atom(module) do
    for {name, ^module} <- aliases, do: name
  end

  @doc "Adds a tracer, which is called before those that are there."
  def prepend_tracer(%{__struct__: Macro.Env, tracers: tracers} = env, tracer) when is_atom(tracer),
    do: %{env | tracers: [tracer | tracers]}

  @doc "What the name after an alias expands to: `{:alias, module}` or `:error`."
  def expand_alias(env, meta, list, opts \\ []), do: :cordial_macro.expand_alias(env, meta, list, opts)

  @doc "Defines an alias in the environment."
  def define_alias(env, meta, module, opts \\ []), do: :cordial_macro.define_alias(env, meta, module, opts)

  @doc "Requires a module in the environment."
  def define_require(env, meta, module, opts \\ []), do: :cordial_macro.define_require(env, meta, module, opts)

  @doc "Imports a module in the environment."
  def define_import(env, meta, module, opts \\ []), do: :cordial_macro.define_import(env, meta, module, opts)

  @doc "What a local call means: `{:macro, module, fun}`, `{:function, module, name}` or `{:error, :not_found}`."
  def expand_import(env, meta, name, arity, opts \\ [])

  def expand_import(%{__struct__: Macro.Env} = env, meta, name, arity, _opts)
      when is_list(meta) and is_atom(name) and is_integer(arity) do
    case lookup_import(env, {name, arity}) do
      [{:function, module} | _] -> {:function, module, name}
      [{:macro, module} | _] -> {:macro, module, caller(env, module, name)}
      [] -> {:error, :not_found}
    end
  end

  @doc "The macro of a required module as a function of metadata and arguments: `{:macro, module, fun}` or `:error`."
  def expand_require(env, meta, module, name, arity, opts \\ [])

  def expand_require(%{__struct__: Macro.Env} = env, meta, module, name, arity, _opts)
      when is_list(meta) and is_atom(module) and is_atom(name) and is_integer(arity) do
    if required?(env, module) and macro_exported?(module, name, arity),
      do: {:macro, module, caller(env, module, name)},
      else: :error
  end

  defp caller(env, module, name) do
    function = :erlang.binary_to_atom(<<"MACRO-", :erlang.atom_to_binary(name)::binary>>)
    fn _meta, args -> apply(module, function, [env | args]) end
  end
end
