defmodule ExUnit.Case.State do
  @moduledoc false
  # What `ExUnit.Case` knows of a module that is being compiled, kept in one attribute of it.

  @attribute :ex_unit_case

  defstruct async?: false,
            group: nil,
            parameterize: nil,
            register?: true,
            # All lists have the latest first.
            tests: [],
            setup: [],
            setup_all: [],
            # The block that is open, as `{name, line}`, its setups, and those of the blocks that are closed, by name.
            describe: nil,
            describe_setup: [],
            describes: %{},
            # Names of attributes that go into `registered`, by how long they last.
            attributes: %{test: [], describe: [], module: []},
            callbacks: 0

  def start(module, state) do
    for name <- [:tag, :describetag, :moduletag], do: Module.register_attribute(module, name, accumulate: true)
    put(module, state)
  end

  @doc "The state, or `nil` in a module that is no case."
  def get(module), do: Module.get_attribute(module, @attribute)
  def put(module, state), do: Module.put_attribute(module, @attribute, state)

  @doc "Reads an accumulating attribute and empties it."
  def take(module, name) do
    values = Module.get_attribute(module, name)
    Module.delete_attribute(module, name)
    Module.register_attribute(module, name, accumulate: true)
    values
  end

  # --- callbacks -------------------------------------------------------------------------------

  @doc "A name for the function that a setup block becomes."
  def new_callback(module, kind) do
    state = get(module)
    name = :"__ex_unit_#{kind}_#{state.callbacks}"
    put(module, add(%{state | callbacks: state.callbacks + 1}, kind, name))
    name
  end

  def add_functions(module, kind, functions) do
    functions = List.wrap(functions)

    for function <- functions do
      case function do
        name when is_atom(name) ->
          :ok

        {mod, name} when is_atom(mod) and is_atom(name) ->
          :ok

        other ->
          raise ArgumentError,
                "setup/setup_all expect a callback as an atom, a {module, function} tuple " <>
                  "or a list of callbacks, got: #{inspect(other)}"
      end
    end

    put(module, Enum.reduce(functions, get(module), &add(&2, kind, &1)))
  end

  defp add(%{describe: {_, _}}, :setup_all, _function) do
    raise "cannot invoke setup_all/1-2 inside describe as setup_all always applies to all tests in a module"
  end

  defp add(state, :setup_all, function), do: %{state | setup_all: [function | state.setup_all]}
  defp add(%{describe: nil} = state, :setup, function), do: %{state | setup: [function | state.setup]}
  defp add(state, :setup, function), do: %{state | describe_setup: [function | state.describe_setup]}

  # --- blocks ----------------------------------------------------------------------------------

  def open_describe(module, line, name) do
    state = get(module)

    cond do
      state.describe != nil ->
        raise "cannot call \"describe\" inside another \"describe\". See the documentation " <>
                "for ExUnit.Case.describe/2 on named setups and how to handle hierarchies"

      not is_binary(name) ->
        raise ArgumentError, "describe name must be a string, got: #{inspect(name)}"

      Map.has_key?(state.describes, name) ->
        raise ArgumentError, "describe #{inspect(name)} is already defined in #{inspect(module)}"

      true ->
        put(module, %{state | describe: {name, line}})
    end
  end

  def close_describe(module) do
    state = get(module)
    take(module, :describetag)
    for {name, options} <- state.attributes.describe, do: reset(module, name, options)
    {name, _line} = state.describe
    describes = Map.put(state.describes, name, Enum.reverse(state.describe_setup))
    put(module, %{state | describe: nil, describe_setup: [], describes: describes})
  end

  # --- attributes of the user ------------------------------------------------------------------

  def register_attribute(module, lifetime, name, options) do
    state = get(module)
    Module.register_attribute(module, name, options)
    put(module, %{state | attributes: Map.update!(state.attributes, lifetime, &[{name, options} | &1])})
  end

  @doc "The values of the registered attributes; those of a test begin anew."
  def registered(module) do
    state = get(module)

    values =
      for {_lifetime, names} <- state.attributes, {name, _options} <- names, into: %{} do
        {name, Module.get_attribute(module, name)}
      end

    for {name, options} <- state.attributes.test, do: reset(module, name, options)
    values
  end

  defp reset(module, name, options) do
    Module.delete_attribute(module, name)
    Module.register_attribute(module, name, options)
  end
end
