defmodule ExUnit.Pattern do
  @moduledoc false
  # What an assertion has to know of a pattern before the compiler sees it: the pattern with its macros expanded, the
  # variables that it binds and those that it pins.

  defstruct [:code, :guard, :vars, :pins]

  @doc "Takes a pattern, with or without a guard, as it stands in the environment."
  def read({:when, meta, [left, guard]}, env) do
    pattern = read(left, env)
    %{pattern | guard: {meta, guard}}
  end

  def read(pattern, env) do
    code = expand(pattern, Macro.Env.to_match(env))
    {vars, pins} = collect(code, {[], []})
    %__MODULE__{code: code, vars: Enum.reverse(vars), pins: pins}
  end

  @doc "The pattern with its guard: for a clause, or to be shown."
  def whole(%{guard: nil, code: code}), do: code
  def whole(%{guard: {meta, guard}, code: code}), do: {:when, meta, [code, guard]}

  @doc "The same for a place that does not use what it binds, without a word of the compiler about it."
  def unbound(pattern) do
    Macro.prewalk(whole(pattern), fn
      {name, meta, context} when is_atom(name) and is_atom(context) -> {name, [generated: true] ++ meta, context}
      other -> other
    end)
  end

  @doc "Code of a list of `{{name, context}, value}`, one for each pinned variable, the last one first."
  def pinned_values(%{pins: pins}) do
    for {name, _, context} = var <- pins, do: {Macro.escape({name, context}), var}
  end

  # Operators that Kernel makes of others in patterns are worth keeping: the reader wrote them.
  defp expand({:quote, _, args} = code, _env) when is_list(args), do: code
  defp expand({:^, _, _} = code, _env), do: code
  defp expand({:"::", meta, [value, type]}, env), do: {:"::", meta, [expand(value, env), type]}
  defp expand({:<>, meta, [left, right]}, env), do: {:<>, meta, [expand(left, env), expand(right, env)]}
  defp expand({:sigil_r, _, [_, _]} = code, _env), do: code

  defp expand({name, meta, args} = code, env) when is_list(args) do
    case Macro.expand_once(code, env) do
      ^code when is_atom(name) -> {name, meta, expand(args, env)}
      ^code -> {expand(name, env), meta, expand(args, env)}
      expanded -> expand(expanded, env)
    end
  end

  defp expand({name, _, context} = var, env) when is_atom(name) and is_atom(context) do
    # __MODULE__ and its like.
    case Macro.expand_once(var, env) do
      ^var -> var
      expanded -> expanded
    end
  end

  defp expand({left, right}, env), do: {expand(left, env), expand(right, env)}
  defp expand(list, env) when is_list(list), do: Enum.map(list, &expand(&1, env))
  defp expand(other, _env), do: other

  defp collect({:^, _, [{name, _, context} = var]}, {vars, pins}) when is_atom(name) and is_atom(context) do
    {vars, add(pins, var)}
  end

  defp collect({skipped, _, args}, acc) when skipped in [:^, :quote] and is_list(args), do: acc
  defp collect({:"::", _, [value, _type]}, acc), do: collect(value, acc)
  defp collect({:_, _, context}, acc) when is_atom(context), do: acc

  defp collect({name, meta, context}, {vars, pins}) when is_atom(name) and is_atom(context) do
    # The variable is used where it is handed on, so the compiler must not ask whether it is.
    {add(vars, {name, Keyword.put(meta, :generated, true), context}), pins}
  end

  defp collect({name, _, args}, acc) when is_list(args), do: collect(args, collect(name, acc))
  defp collect({left, right}, acc), do: collect(right, collect(left, acc))
  defp collect(list, acc) when is_list(list), do: Enum.reduce(list, acc, &collect/2)
  defp collect(_other, acc), do: acc

  defp add(vars, {name, meta, context} = var) do
    known? =
      Enum.any?(vars, fn {other, other_meta, other_context} ->
        other == name and other_context == context and other_meta[:counter] == meta[:counter]
      end)

    if known?, do: vars, else: [var | vars]
  end
end
