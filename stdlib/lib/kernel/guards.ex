defmodule Kernel.Guards do
  @moduledoc false
  # defguard, and the checks of what may stand in guards.
  # Kernel's macros call it while they expand; so, as in Kernel.Utils, it does without the macros that call it.

  @doc "The definition of a guard macro."
  def defguard(kind, guard, _caller) do
    {call, body} =
      case guard do
        {:when, _, [call, {:when, _, _}]} -> raise ArgumentError, "invalid syntax in defguard #{Macro.to_string(call)}, only a single when clause is allowed"
        {:when, _, [call, body]} -> {call, body}
        call -> {call, nil}
      end

    {name, args} =
      case Macro.decompose_call(call) do
        {name, args} when is_atom(name) -> {name, args}
        _ -> raise ArgumentError, "invalid syntax in defguard #{Macro.to_string(call)}"
      end

    case :lists.all(&variable?/1, args) do
      true -> :ok
      false -> raise ArgumentError, "invalid syntax in defguard #{Macro.to_string(call)}"
    end

    # The definition stands where its name does.
    {_, meta, _} = call

    case body do
      nil ->
        quote do
          unquote(kind)(unquote({name, meta, args}))
        end

      _ ->
        # The body is expanded with the definition, when the macros before it are there.
        quote do
          @doc guard: true
          unquote(kind)(unquote({name, meta, args})) do
            require Kernel.Guards
            Kernel.Guards.guard_body(unquote(args), unquote(body))
          end
        end
    end
  end

  defp variable?({:\\, _, [argument, _default]}), do: variable?(argument)
  defp variable?({name, _, context}), do: :erlang.is_atom(name) and :erlang.is_atom(context)
  defp variable?(_), do: false

  @doc "The code of a guard macro's body."
  defmacro guard_body(args, body) do
    {in_guard, once} = guard_forms(args, body, __CALLER__)

    quote do
      case Macro.Env.in_guard?(__CALLER__) do
        true -> unquote(in_guard)
        false -> unquote(once)
      end
    end
  end

  # In a guard the arguments are repeated; elsewhere each one that is used is evaluated once, into a variable.
  defp guard_forms(args, body, caller) do
    vars = for {:\\, _, [var, _]} <- args, do: var
    vars = vars ++ for {var, _, context} = arg <- args, is_atom(var) and is_atom(context), do: arg
    expanded = :cordial_macro.expand_guard(body, vars, caller)

    {unquoted, used} =
      Macro.postwalk(expanded, [], fn
        {var, meta, context} = node, acc when is_atom(var) and is_atom(context) ->
          case argument(vars, var, meta, context) do
            nil -> {node, acc}
            found -> {{:unquote, [], [found]}, if(:lists.member(found, acc), do: acc, else: [found | acc])}
          end

        node, acc ->
          {node, acc}
      end)

    used = :lists.reverse(used)
    guard_quote = {:quote, [], [[do: unquoted]]}

    once =
      case used do
        [] ->
          guard_quote

        _ ->
          bound = :lists.map(fn var -> {:unquote, [], [var]} end, used)
          plain = :lists.map(fn {var, _, _} -> variable(var) end, used)

          body =
            Macro.postwalk(unquoted, fn
              {:unquote, [], [{var, _, _}]} -> variable(var)
              node -> node
            end)

          {:quote, [], [[do: {:__block__, [], [{:=, [], [{:{}, [], plain}, {:{}, [], bound}]}, body]}]]}
      end

    {guard_quote, once}
  end

  # In quoted code: a variable made when that code is, so that each use of the guard has its own.
  defp variable(name), do: {:unquote, [], [{:{}, [], [name, [], __MODULE__]}]}

  # The argument of the guard that a variable in its body is.
  defp argument([], _name, _meta, _context), do: nil

  defp argument([{name, meta, context} = var | rest], other, other_meta, other_context) do
    if {name, counter(meta), context} == {other, counter(other_meta), other_context},
      do: var,
      else: argument(rest, other, other_meta, other_context)
  end

  defp counter(meta), do: :lists.keyfind(:counter, 1, meta)
end
