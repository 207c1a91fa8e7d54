defmodule ExUnit.Case do
  @moduledoc """
  Makes a module one of tests.

      defmodule StackTest do
        use ExUnit.Case, async: true

        setup do
          %{stack: Stack.new()}
        end

        test "is empty at first", %{stack: stack} do
          assert Stack.size(stack) == 0
        end
      end

  Options of `use`: `async: true` lets the module run at the same time as others that say so; `group: name` keeps those
  of one group apart from each other; `parameterize: maps` runs the module once for each map, which is part of the
  context; `register: false` leaves it to somebody else to run it.

  A test gets a context: a map with the names and places of things (`:module`, `:test`, `:describe`, `:file`, `:line`),
  with tags, and with what setups add. Tags are `@tag` for the next test, `@describetag` for a block and `@moduletag`
  for all that follows; each a name (whose value is `true`) or a keyword list. These mean something:

    * `:skip` – not to be run, with a reason or `true`
    * `:timeout` – in milliseconds, or `:infinity`
    * `:capture_log` – keeps what is logged, and shows it only if the test fails
    * `:tmp_dir` – makes an empty folder, whose path takes the tag's place

  The filters of a run look at tags; see `ExUnit.Filters`.
  """

  alias ExUnit.Case.State

  @reserved [:module, :file, :line, :test, :async, :registered, :describe]
  @options [:async, :group, :parameterize, :register]

  @doc false
  defmacro __using__(options) do
    quote do
      if ExUnit.Case.__register__(__MODULE__, unquote(options)) do
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
  # Whether the module was none before: a case may be used again, by itself or by a template.
  def __register__(module, options) do
    unless Keyword.keyword?(options) do
      raise ArgumentError, ~s(the argument passed to "use ExUnit.Case" must be a list of options, got: #{inspect(options)})
    end

    unless Process.whereis(ExUnit.Server) do
      raise "cannot use ExUnit.Case without starting the ExUnit application, " <>
              "please call ExUnit.start() or explicitly start the :ex_unit app"
    end

    case Keyword.drop(options, @options) do
      [] -> :ok
      unknown -> IO.warn("unknown options given to ExUnit.Case: #{inspect(unknown)}")
    end

    known = State.get(module)

    State.start(
      module,
      Enum.reduce(options, known || %State{}, fn
        {:async, async?}, state when is_boolean(async?) -> %{state | async?: async?}
        {:async, other}, _state -> raise ArgumentError, ":async must be a boolean, got: #{inspect(other)}"
        {:group, group}, state -> %{state | group: group}
        {:parameterize, maps}, state -> %{state | parameterize: parameters!(maps)}
        {:register, register?}, state -> %{state | register?: register?}
        {_unknown, _}, state -> state
      end)
    )

    known == nil
  end

  defp parameters!(maps) do
    if is_list(maps) and Enum.all?(maps, &is_map/1) do
      maps
    else
      raise ArgumentError, ":parameterize must be a list of maps, got: #{inspect(maps)}"
    end
  end

  # --- definitions -----------------------------------------------------------------------------

  @doc "Defines a test; the second argument is a pattern for the context."
  defmacro test(message, context \\ quote(do: _), contents) do
    body =
      case contents do
        [do: block] -> block
        _ -> quote(do: try(unquote(contents)))
      end

    body =
      quote do
        _ = unquote(body)
        :ok
      end

    define(message, __CALLER__, [], Macro.escape(context), Macro.escape(body, unquote: true))
  end

  @doc "Defines a test that is still to be written: it fails, and has the tag `:not_implemented`."
  defmacro test(message) do
    body = quote(do: ExUnit.Assertions.flunk("Not implemented"))
    define(message, __CALLER__, [:not_implemented], Macro.escape(quote(do: _)), Macro.escape(body))
  end

  defp define(message, %{module: module, file: file, line: line}, tags, context, body) do
    quote bind_quoted: [
            place: Macro.escape({module, file, line}),
            message: message,
            tags: tags,
            context: context,
            body: body
          ] do
      {module, file, line} = place
      name = ExUnit.Case.register_test(module, file, line, :test, message, tags)
      def unquote(name)(unquote(context)), do: unquote(body)
    end
  end

  @doc "Puts tests under a common name, with their own setups and tags. Blocks do not nest."
  defmacro describe(message, do: block) do
    quote do
      ExUnit.Case.State.open_describe(__MODULE__, unquote(__CALLER__.line), unquote(message))

      try do
        unquote(block)
      after
        ExUnit.Case.State.close_describe(__MODULE__)
      end
    end
  end

  @doc """
  Makes a test known whose function the caller defines: the function's name, which has one argument, the context.

  This is how other kinds of tests come about; `type` is the kind, and the first word of the name.
  """
  @deprecated "Use register_test/6 instead"
  def register_test(%{module: module, file: file, line: line}, type, name, tags) do
    register_test(module, file, line, type, name, tags)
  end

  @doc "The same, with the module, the file and the line."
  def register_test(module, file, line, type, name, tags) do
    state =
      State.get(module) ||
        raise "cannot define #{type}. Please make sure you have invoked \"use ExUnit.Case\" in the current module"

    {block, block_line} = state.describe || {nil, nil}
    full_name = [type, block, name] |> Enum.reject(&is_nil/1) |> Enum.join(" ") |> String.to_atom()

    if Module.defines?(module, {full_name, 1}) do
      raise ArgumentError, ~s("#{full_name}" is already defined in #{inspect(module)})
    end

    # The nearest mention of a tag counts.
    nearest_first = tags ++ State.take(module, :tag) ++ describetags(module, state) ++ Module.get_attribute(module, :moduletag)

    tags =
      nearest_first
      |> tag_map()
      |> check_tags!()
      |> Map.put_new(:test_type, type)
      |> Map.merge(%{
        file: file,
        line: line,
        describe: block,
        describe_line: block_line,
        registered: State.registered(module)
      })

    test = %ExUnit.Test{name: full_name, case: module, module: module, tags: tags}
    State.put(module, Map.update!(State.get(module), :tests, &[test | &1]))
    full_name
  end

  defp describetags(_module, %{describe: nil}), do: []
  defp describetags(module, _state), do: Module.get_attribute(module, :describetag)

  defp tag_map(nearest_first) do
    nearest_first
    |> Enum.flat_map(fn
      name when is_atom(name) -> [{name, true}]
      {name, value} -> [{name, value}]
      # Within one list the later of two counts.
      list when is_list(list) -> list |> Map.new() |> Map.to_list()
    end)
    |> Enum.reverse()
    |> Map.new()
  end

  defp check_tags!(tags) do
    for tag <- @reserved, Map.has_key?(tags, tag) do
      raise "cannot set tag #{inspect(tag)} because it is reserved by ExUnit"
    end

    unless is_atom(Map.get(tags, :test_type)), do: raise("value for tag \":test_type\" must be an atom")
    tags
  end

  # --- attributes ------------------------------------------------------------------------------

  @doc "The test of the module that was defined last, while the module is compiled."
  def get_last_registered_test(%{module: module}), do: get_last_registered_test(module)

  def get_last_registered_test(module) when is_atom(module) do
    List.first(State.get(module).tests)
  end

  @doc "Puts the values of an attribute into `context.registered` of the next test."
  def register_attribute(env, name, opts \\ []), do: register(env, :test, name, opts)

  @doc "The same for all tests of a describe block."
  def register_describe_attribute(env, name, opts \\ []), do: register(env, :describe, name, opts)

  @doc "The same for all tests that follow in the module."
  def register_module_attribute(env, name, opts \\ []), do: register(env, :module, name, opts)

  defp register(%{module: module}, lifetime, name, opts), do: register(module, lifetime, name, opts)
  defp register(module, lifetime, name, opts), do: State.register_attribute(module, lifetime, name, opts)

  # --- what becomes of a module ----------------------------------------------------------------

  @doc false
  defmacro __before_compile__(env) do
    state = State.get(env.module)
    moduletag = env.module |> Module.get_attribute(:moduletag) |> tag_map() |> check_tags!()
    setup = Enum.reverse(state.setup)
    setup_all = Enum.reverse(state.setup_all)

    test_module = %ExUnit.TestModule{
      file: env.file,
      name: env.module,
      setup_all?: setup_all != [],
      tags: moduletag,
      tests: Enum.reverse(state.tests)
    }

    config = Map.take(state, [:async?, :group, :parameterize, :register?])
    {context, all} = ExUnit.Callbacks.__chain__(setup_all, :setup_all)
    {_, each} = ExUnit.Callbacks.__chain__(setup, :setup)

    blocks =
      for {name, own} <- state.describes, own != [] do
        {_, body} = ExUnit.Callbacks.__chain__(setup ++ own, :setup)
        quote(do: def(__ex_unit__(:setup, %{describe: unquote(name)} = unquote(context)), do: unquote(body)))
      end

    quote do
      @doc false
      def __ex_unit__, do: unquote(Macro.escape(test_module))

      @doc false
      def __ex_unit__(:config), do: unquote(Macro.escape(config))

      @doc false
      unquote_splicing(blocks)
      def __ex_unit__(:setup, unquote(context)), do: unquote(each)
      def __ex_unit__(:setup_all, unquote(context)), do: unquote(all)
    end
  end

  @doc false
  def __after_compile__(%{module: module}, _bytecode) do
    config = module.__ex_unit__(:config)
    if config.register?, do: ExUnit.Server.add_module(module, config)
  end
end
