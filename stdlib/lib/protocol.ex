defmodule Protocol do
  @moduledoc """
  Protocols: functions whose implementation is chosen by the type of their first argument.

  A protocol `P` finds the implementation for a type `T` as the module `P.T`. The virtual machine remembers what it
  has found (`:cordial_protocol.impl_for/2`), and forgets it when a module is loaded, so dispatch needs no consolidation.
  """

  @builtin [
    is_tuple: Tuple,
    is_atom: Atom,
    is_list: List,
    is_map: Map,
    is_bitstring: BitString,
    is_integer: Integer,
    is_float: Float,
    is_function: Function,
    is_pid: PID,
    is_port: Port,
    is_reference: Reference
  ]

  ## Defining a protocol

  @doc false
  def __protocol__(name, block) do
    quote do
      defmodule unquote(name) do
        import Kernel,
          except: [
            def: 1,
            def: 2,
            defp: 1,
            defp: 2,
            defdelegate: 2,
            defguard: 1,
            defguardp: 1,
            defmacrop: 1,
            defmacrop: 2
          ]

        import Protocol, only: [def: 1]
        Module.register_attribute(__MODULE__, :__functions__, accumulate: true)
        Module.put_attribute(__MODULE__, :__protocol__, true)

        unquote(block)

        unquote(after_block())
      end
    end
  end

  @doc "Declares a function of the protocol."
  defmacro def(signature)

  defmacro def({:when, _, _}) do
    raise ArgumentError, "missing Protocol guards: guards are not allowed in protocol definitions"
  end

  defmacro def({_name, _, args}) when args == [] or is_atom(args) do
    raise ArgumentError, "protocol functions expect at least one argument"
  end

  defmacro def({name, _, args}) do
    arity = length(args)
    [first | _] = params = Macro.generate_arguments(arity, __MODULE__)

    quote generated: true do
      name = unquote(name)
      arity = unquote(arity)
      Module.put_attribute(__MODULE__, :__functions__, {name, arity})

      Kernel.def unquote(name)(unquote_splicing(params)) do
        impl_for!(unquote(first)).unquote(name)(unquote_splicing(params))
      end

      Protocol.__declare__(__MODULE__, name, arity)
    end
  end

  @doc false
  def __declare__(module, name, arity) do
    :elixir_module.add_callback(module, name, arity)
    :ok
  end

  defp after_block do
    with_any = clauses(quote(do: :cordial_protocol.impl_for(__MODULE__, Any)))
    without_any = clauses(nil)

    quote do
      if Module.get_attribute(__MODULE__, :__functions__) == [] do
        IO.warn("protocols must define at least one function, but none was defined", __ENV__)
      end

      @doc false
      if Module.get_attribute(__MODULE__, :fallback_to_any) == true do
        Kernel.def impl_for(%{__struct__: struct}) when :erlang.is_atom(struct) do
          case :cordial_protocol.impl_for(__MODULE__, struct) do
            nil -> :cordial_protocol.impl_for(__MODULE__, Any)
            implementation -> implementation
          end
        end

        unquote_splicing(with_any)
      else
        Kernel.def impl_for(%{__struct__: struct}) when :erlang.is_atom(struct) do
          :cordial_protocol.impl_for(__MODULE__, struct)
        end

        unquote_splicing(without_any)
      end

      Kernel.def impl_for(_), do: nil

      @doc false
      Kernel.def impl_for!(data) do
        case impl_for(data) do
          nil -> :erlang.error(Protocol.UndefinedError.exception(Protocol.__undefined__(__MODULE__, data)))
          implementation -> implementation
        end
      end

      @undefined_impl_description Module.get_attribute(__MODULE__, :undefined_impl_description) || ""

      @doc false
      Kernel.def __protocol__(:module), do: __MODULE__
      @__functions__sorted :lists.sort(Module.get_attribute(__MODULE__, :__functions__))
      Kernel.def __protocol__(:functions), do: @__functions__sorted
      Kernel.def __protocol__(:consolidated?), do: false
      Kernel.def __protocol__(:impls), do: :not_consolidated
      Kernel.def __protocol__(:undefined_impl_description), do: @undefined_impl_description

    end
  end

  # One clause for each built-in type; `any` is the answer where there is no implementation.
  defp clauses(any) do
    :lists.map(
      fn {guard, target} ->
        quote generated: true do
          Kernel.def impl_for(data) when :erlang.unquote(guard)(data) do
            case :cordial_protocol.impl_for(__MODULE__, unquote(target)) do
              nil -> unquote(any)
              implementation -> implementation
            end
          end
        end
      end,
      @builtin
    )
  end

  @doc false
  def __undefined__(protocol, data) do
    [protocol: protocol, value: data, description: protocol.__protocol__(:undefined_impl_description)]
  end

  ## Implementing a protocol

  @doc false
  def __impl__(protocol, opts, do_block, caller) do
    opts = opts ++ do_block
    block = option(opts, :do, nil)

    target =
      option(opts, :for, caller.module) ||
        raise ArgumentError, "defimpl/3 expects a :for option when declared outside a module"

    protocol = Macro.expand(protocol, in_function(caller))
    targets = :lists.map(&Macro.expand(&1, in_function(caller)), wrap(target))

    if is_atom(protocol) and :lists.all(&is_atom/1, targets) do
      {:__block__, [], :lists.map(&implementation(protocol, &1, block), targets)}
    else
      quote do
        for target <- List.wrap(unquote(target)) do
          protocol = unquote(protocol)
          name = Protocol.__concat__(protocol, target)
          Protocol.assert_protocol!(protocol)

          defmodule name do
            @moduledoc false
            @protocol protocol
            @for target
            @behaviour protocol
            unquote(block)
            unquote(implementation_info())
          end
        end
      end
    end
  end

  defp option(opts, key, default) do
    case :lists.keyfind(key, 1, opts) do
      {_, value} -> value
      false -> default
    end
  end

  defp wrap(list) when is_list(list), do: list
  defp wrap(other), do: [other]

  # Aliases of a protocol and its target are run-time dependencies.
  defp in_function(caller), do: %{caller | function: {:__impl__, 1}}

  defp implementation(protocol, target, block) do
    name = __concat__(protocol, target)

    quote do
      Protocol.assert_protocol!(unquote(protocol))

      defmodule unquote(name) do
        @moduledoc false
        @protocol unquote(protocol)
        @for unquote(target)
        @behaviour unquote(protocol)
        unquote(block)
        unquote(implementation_info())
      end
    end
  end

  defp implementation_info do
    quote do
      @doc false
      def __impl__(:for), do: @for
      def __impl__(:target), do: __MODULE__
      def __impl__(:protocol), do: @protocol
    end
  end

  @doc false
  def __concat__(left, right), do: :erlang.binary_to_atom(<<:erlang.atom_to_binary(left)::binary, ".", without_prefix(right)::binary>>)

  defp without_prefix(module) do
    case :erlang.atom_to_binary(module) do
      "Elixir." <> rest -> rest
      other -> other
    end
  end

  ## Deriving

  @doc "Derives the protocol for a struct that is defined already."
  defmacro derive(protocol, module, options \\ []) do
    quote do
      Protocol.__derive__([{unquote(protocol), unquote(options)}], unquote(module), __ENV__)
    end
  end

  @doc false
  def __derive__(derives, module, %Macro.Env{} = env) when is_atom(module) do
    foreach = fn protocol, opts ->
      assert_protocol!(protocol, ", cannot derive #{inspect(protocol)} for #{inspect(module)}")
      derive_one(protocol, module, opts, env)
    end

    :lists.foreach(
      fn
        protocol when is_atom(protocol) -> foreach.(protocol, [])
        {protocol, opts} when is_atom(protocol) -> foreach.(protocol, opts)
      end,
      List.flatten(derives)
    )
  end

  defp derive_one(protocol, module, opts, env) do
    any = __concat__(protocol, Any)
    struct = template(module, env)
    quoted = derived(protocol, any, module, struct, opts, env)
    Code.eval_quoted(quoted, [], %{env | function: nil})
    :ok
  end

  defp template(module, env) do
    if env.module == module and Module.open?(module), do: Module.get_attribute(module, :__struct__), else: module.__struct__()
  end

  defp derived(protocol, any, module, struct, opts, env) do
    loaded? = Code.ensure_loaded?(any)

    cond do
      function_exported?(protocol, :"MACRO-__deriving__", 3) ->
        apply(protocol, :"MACRO-__deriving__", [env, module, opts])

      loaded? and function_exported?(any, :"MACRO-__deriving__", 3) ->
        apply(any, :"MACRO-__deriving__", [env, module, opts])

      loaded? and function_exported?(any, :"MACRO-__deriving__", 4) ->
        apply(any, :"MACRO-__deriving__", [env, module, Macro.escape(struct), opts])

      loaded? ->
        delegate_to(protocol, any, module)

      true ->
        raise ArgumentError,
              "could not load module #{inspect(any)} due to reason :nofile, " <>
                "cannot derive #{inspect(protocol)} for #{inspect(module)}"
    end
  end

  defp delegate_to(protocol, any, module) do
    functions =
      for {name, arity} <- protocol.__protocol__(:functions) do
        args = Macro.generate_arguments(arity, __MODULE__)

        quote do
          def unquote(name)(unquote_splicing(args)), do: unquote(any).unquote(name)(unquote_splicing(args))
        end
      end

    quote do
      defmodule unquote(__concat__(protocol, module)) do
        @moduledoc false
        @protocol unquote(protocol)
        @for unquote(module)
        @behaviour unquote(protocol)
        unquote_splicing(functions)

        def __impl__(:for), do: @for
        def __impl__(:target), do: unquote(any)
        def __impl__(:protocol), do: @protocol
      end
    end
  end

  ## Asking

  @doc "Raises unless the module is a protocol."
  def assert_protocol!(module), do: assert_protocol!(module, "")

  defp assert_protocol!(module, consequence) do
    cond do
      :code.ensure_loaded(module) != {:module, module} ->
        raise ArgumentError, "could not load module #{inspect(module)} due to reason :nofile" <> consequence

      not function_exported?(module, :__protocol__, 1) ->
        raise ArgumentError, "#{inspect(module)} is not a protocol" <> consequence

      true ->
        :ok
    end
  end

  @doc "Raises unless the protocol is implemented for the type."
  def assert_impl!(protocol, base) do
    impl = __concat__(protocol, base)

    cond do
      not Code.ensure_loaded?(impl) ->
        raise ArgumentError, "could not load module #{inspect(impl)} due to reason :nofile"

      not function_exported?(impl, :__impl__, 1) ->
        raise ArgumentError, "#{inspect(impl)} is not an implementation of a protocol"

      impl.__impl__(:protocol) != protocol ->
        raise ArgumentError, "expected #{inspect(impl)} to be an implementation of #{inspect(protocol)}, got: #{inspect(impl.__impl__(:protocol))}"

      true ->
        :ok
    end
  end

  @doc "Whether the protocol is consolidated: it never needs to be."
  def consolidated?(protocol) when is_atom(protocol), do: protocol.__protocol__(:consolidated?)

  @doc """
  The bytecode of a protocol: `{:ok, bytecode}`, or an error for what is no protocol or has no file.

  Dispatch looks implementations up and remembers them, so there is nothing to put into the bytecode.
  """
  def consolidate(protocol, types) when is_atom(protocol) and is_list(types) do
    case :code.get_object_code(protocol) do
      :error -> {:error, :no_beam_info}
      {_module, bytes, _path} -> if(function_exported_in?(protocol, :__protocol__), do: {:ok, bytes}, else: {:error, :not_a_protocol})
    end
  end

  @doc "The protocols compiled into the folders."
  def extract_protocols(paths), do: for(name <- names(paths), function_exported_in?(name, :__protocol__), do: name)

  @doc "The types that the protocol is implemented for by modules compiled into the folders."
  def extract_impls(protocol, paths) do
    for name <- names(paths), function_exported_in?(name, :__impl__), name.__impl__(:protocol) == protocol, do: name.__impl__(:for)
  end

  defp names(paths) do
    for path <- paths,
        file <- Path.wildcard(Path.join(to_string(path), "*.cbc")),
        do: file |> Path.basename(".cbc") |> String.to_atom()
  end

  defp function_exported_in?(module, function), do: Code.ensure_loaded?(module) and function_exported?(module, function, 1)
end
