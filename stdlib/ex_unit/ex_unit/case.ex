defmodule ExUnit.Case do
  @moduledoc "A module of tests."

  @reserved [:module, :file, :line, :test, :async, :registered, :describe]

  @doc false
  defmacro __using__(opts) do
    quote do
      unless ExUnit.Case.__register__(__MODULE__, unquote(opts)) do
        @before_compile ExUnit.Case
        @after_compile ExUnit.Case
      end

      import ExUnit.Callbacks
      import ExUnit.Assertions
      import ExUnit.Case, only: [describe: 2, test: 1, test: 2, test: 3]
      import ExUnit.DocTest
    end
  end

  @doc false
  def __register__(module, opts) do
    registered? = Module.has_attribute?(module, :ex_unit_tests)

    unless registered? do
      Module.register_attribute(module, :tag, accumulate: true)
      Module.register_attribute(module, :describetag, accumulate: true)
      Module.register_attribute(module, :moduletag, accumulate: true)
      Module.register_attribute(module, :ex_unit_tests, accumulate: true)
      Module.register_attribute(module, :ex_unit_describes, accumulate: true)
      ExUnit.Callbacks.__register__(module)
      Module.put_attribute(module, :ex_unit_async, false)
      Module.put_attribute(module, :ex_unit_registered_test, [])
      Module.put_attribute(module, :ex_unit_registered_describe, [])
      Module.put_attribute(module, :ex_unit_registered_module, [])
      Module.put_attribute(module, :ex_unit_parameterize, nil)
    end

    if Keyword.has_key?(opts, :async), do: Module.put_attribute(module, :ex_unit_async, opts[:async] == true)
    if opts[:parameterize], do: Module.put_attribute(module, :ex_unit_parameterize, opts[:parameterize])
    registered?
  end

  defmacro test(message, var \\ quote(do: _), contents) do
    contents =
      case contents do
        [do: block] ->
          quote do
            unquote(block)
            :ok
          end

        _ ->
          quote do
            try(unquote(contents))
            :ok
          end
      end

    var = Macro.escape(var)
    contents = Macro.escape(contents, unquote: true)
    %{module: mod, file: file, line: line} = __CALLER__

    quote bind_quoted: [var: var, contents: contents, message: message, mod: mod, file: file, line: line] do
      name = ExUnit.Case.register_test(mod, file, line, :test, message, [])
      def unquote(name)(unquote(var)), do: unquote(contents)
    end
  end

  defmacro test(message) do
    %{module: mod, file: file, line: line} = __CALLER__

    quote bind_quoted: [message: message, mod: mod, file: file, line: line] do
      name = ExUnit.Case.register_test(mod, file, line, :test, message, [:not_implemented])
      def unquote(name)(_), do: flunk("Not implemented")
    end
  end

  defmacro describe(message, do: block) do
    quote do
      ExUnit.Case.__describe__(__MODULE__, __ENV__.line, unquote(message), fn -> unquote(block) end)
    end
  end

  @doc false
  def __describe__(module, line, message, fun) do
    if Module.get_attribute(module, :ex_unit_describe) do
      raise "cannot call \"describe\" inside another \"describe\". See the documentation " <>
              "for ExUnit.Case.describe/2 on named setups and how to handle hierarchies"
    end

    unless is_binary(message) do
      raise ArgumentError, "describe name must be a string, got: #{inspect(message)}"
    end

    if message in Module.get_attribute(module, :ex_unit_describes) do
      raise ExUnit.DuplicateDescribeError, "describe #{inspect(message)} is already defined in #{inspect(module)}"
    end

    Module.put_attribute(module, :ex_unit_describes, message)
    outer = Module.get_attribute(module, :ex_unit_setup)
    Module.put_attribute(module, :ex_unit_describe, {line, message})
    Module.delete_attribute(module, :describetag)
    Module.register_attribute(module, :describetag, accumulate: true)
    fun.()
    # Tests of the block have noted which setups they run.
    Module.put_attribute(module, :ex_unit_describe, nil)
    Module.put_attribute(module, :ex_unit_setup, outer)
    Module.delete_attribute(module, :describetag)
    Module.register_attribute(module, :describetag, accumulate: true)
    :ok
  end

  def register_test(module, file, line, test_type, name, tags) do
    unless Module.has_attribute?(module, :ex_unit_tests) do
      raise "cannot define #{test_type}. Please make sure you have invoked " <>
              "\"use ExUnit.Case\" in the current module"
    end

    moduletag = Module.get_attribute(module, :moduletag)
    tag = Module.delete_attribute(module, :tag)
    Module.register_attribute(module, :tag, accumulate: true)
    describe = Module.get_attribute(module, :ex_unit_describe)
    describetag = if describe, do: Module.get_attribute(module, :describetag), else: []

    {full, describe_name, describe_line} =
      case describe do
        {line, text} -> {:"#{test_type} #{text} #{name}", text, line}
        nil -> {:"#{test_type} #{name}", nil, nil}
      end

    if Module.defines?(module, {full, 1}) do
      raise ExUnit.DuplicateTestError, ~s("#{full}" is already defined in #{inspect(module)})
    end

    tags =
      normalize_tags(tags ++ List.wrap(tag) ++ describetag ++ moduletag)
      |> validate_tags()
      |> Map.merge(%{
        line: line,
        file: file,
        registered: %{},
        async: Module.get_attribute(module, :ex_unit_async),
        describe: describe_name,
        describe_line: describe_line,
        test_type: test_type,
        module: module,
        test: full
      })

    setups = Module.get_attribute(module, :ex_unit_setup)
    Module.put_attribute(module, :ex_unit_tests, {full, tags, if(describe, do: setups, else: :module)})
    full
  end

  def register_test(%{module: mod, file: file, line: line}, test_type, name, tags),
    do: register_test(mod, file, line, test_type, name, tags)

  # The nearest mention of a tag counts.
  defp normalize_tags(tags) do
    Enum.reduce(Enum.reverse(tags), %{}, fn
      {key, value}, acc -> Map.put(acc, key, value)
      tag, acc when is_atom(tag) -> Map.put(acc, tag, true)
      tag, acc when is_list(tag) -> Enum.into(tag, acc)
    end)
  end

  defp validate_tags(tags) do
    for tag <- @reserved, Map.has_key?(tags, tag) do
      raise "cannot set tag #{inspect(tag)} because it is reserved by ExUnit"
    end

    unless is_atom(tags[:test_type]) do
      raise "value for tag \":test_type\" must be an atom"
    end

    tags
  end

  def get_last_registered_test(mod) do
    case Module.get_attribute(mod, :ex_unit_tests) do
      [{name, tags, _} | _] -> %ExUnit.Test{name: name, case: mod, module: mod, tags: tags}
      [] -> nil
    end
  end

  def register_attribute(env, name, opts \\ []), do: register_kind(env, name, :ex_unit_registered_test, opts)
  def register_describe_attribute(env, name, opts \\ []), do: register_kind(env, name, :ex_unit_registered_describe, opts)
  def register_module_attribute(env, name, opts \\ []), do: register_kind(env, name, :ex_unit_registered_module, opts)

  defp register_kind(%{module: module}, name, key, opts), do: register_kind(module, name, key, opts)

  defp register_kind(module, name, key, opts) do
    Module.put_attribute(module, key, [name | Module.get_attribute(module, key)])
    Module.register_attribute(module, name, opts)
  end

  @doc false
  defmacro __before_compile__(env) do
    tests = Module.get_attribute(env.module, :ex_unit_tests) |> Enum.reverse()
    module_setups = Module.get_attribute(env.module, :ex_unit_setup)
    setup_all = ExUnit.Callbacks.__take__(env.module, :setup_all)
    moduletag = Module.get_attribute(env.module, :moduletag)
    tags = normalize_tags(moduletag)

    groups =
      tests
      |> Enum.map(fn
        {_, _, :module} -> module_setups
        {_, _, setups} -> setups
      end)
      |> Enum.uniq()

    context = ExUnit.Callbacks.__context__()

    clauses =
      for {setups, index} <- Enum.with_index(groups) do
        body = ExUnit.Callbacks.__compile__(Enum.reverse(setups), :setup)

        quote do
          def __ex_unit__({:setup, unquote(index)}, unquote(context)), do: unquote(body)
        end
      end

    listed =
      for {name, tags, setups} <- tests do
        setups = if setups == :module, do: module_setups, else: setups
        {name, tags, Enum.find_index(groups, &(&1 == setups))}
      end

    all = ExUnit.Callbacks.__compile__(setup_all, :setup_all)
    own = ExUnit.Callbacks.__compile__(Enum.reverse(module_setups), :setup)

    config = %{
      async?: Module.get_attribute(env.module, :ex_unit_async) == true,
      group: nil,
      parameterize: Module.get_attribute(env.module, :ex_unit_parameterize),
      template?: Module.get_attribute(env.module, :ex_unit_template) == true,
      file: env.file
    }

    quote do
      @doc false
      def __ex_unit__ do
        {unquote(Macro.escape(listed)), unquote(Macro.escape(tags)), unquote(setup_all != []),
         unquote(Macro.escape(config))}
      end

      @doc false
      unquote_splicing(clauses)
      def __ex_unit__(:setup, unquote(context)), do: unquote(own)
      def __ex_unit__(:setup_all, unquote(context)), do: unquote(all)
    end
  end

  @doc false
  def __after_compile__(%{module: module}, _bytecode) do
    case module.__ex_unit__() do
      {_, _, _, %{template?: true}} -> :ok
      {_, _, _, config} -> ExUnit.Server.add_module(module, config)
    end
  end
end

defmodule ExUnit.CaseTemplate do
  @moduledoc "A case that other cases use."

  @doc false
  defmacro __using__(opts) do
    quote do
      use ExUnit.Case, unquote(opts)
      @ex_unit_template true
      import ExUnit.CaseTemplate

      @doc false
      defmacro __using__(opts) do
        ExUnit.CaseTemplate.__proxy__(__MODULE__, opts)
      end

      defoverridable __using__: 1
    end
  end

  @doc false
  def __proxy__(module, opts) do
    quote do
      use ExUnit.Case, unquote(opts)

      setup_all context do
        unquote(module).__ex_unit__(:setup_all, context)
      end

      setup context do
        unquote(module).__ex_unit__(:setup, context)
      end
    end
  end

  defmacro using(var \\ quote(do: _), do: block) do
    quote do
      defmacro __using__(unquote(var) = opts) do
        parent = unquote(__MODULE__).__proxy__(__MODULE__, opts)
        result = unquote(block)
        {:__block__, [], [parent, result]}
      end
    end
  end
end
