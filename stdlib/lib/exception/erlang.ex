defmodule ErlangError do
  @moduledoc "An Erlang error that has no exception of its own."
  defexception [:original, :reason]

  @impl true
  def message(exception)
  def message(%{original: original, reason: nil}), do: "Erlang error: #{inspect(original)}"

  def message(%{original: original, reason: reason}) do
    IO.iodata_to_binary(["Erlang error: #{inspect(original)}", reason])
  end

  @doc false
  def normalize(:badarg, [{:erlang, :apply, [module, function, args], _} | _]) when not is_atom(module) do
    %ArgumentError{message: bad_apply(module, function, args)}
  end

  def normalize(:badarg, stacktrace) do
    case explained(:badarg, stacktrace) do
      {:ok, reason, details} -> %ArgumentError{message: reason <> details}
      :error -> %ArgumentError{}
    end
  end

  def normalize({:badarg, arg}, _stacktrace), do: %ArgumentError{message: "argument error: #{inspect(arg)}"}
  def normalize(:badarith, _stacktrace), do: %ArithmeticError{}

  def normalize(:system_limit, _stacktrace), do: %SystemLimitError{}
  def normalize(:cond_clause, _stacktrace), do: %CondClauseError{}
  def normalize({:badarity, {fun, args}}, _stacktrace), do: %BadArityError{function: fun, args: args}
  def normalize({:badfun, term}, _stacktrace), do: %BadFunctionError{term: term}
  def normalize({:badstruct, struct, term}, _stacktrace), do: %BadStructError{struct: struct, term: term}
  def normalize({:badmatch, term}, _stacktrace), do: %MatchError{term: term}
  def normalize({:badmap, term}, _stacktrace), do: %BadMapError{term: term}
  def normalize({:badbool, operator, term}, _stacktrace), do: %BadBooleanError{operator: operator, term: term}
  def normalize({:badkey, key}, stacktrace), do: %KeyError{key: key, term: missing_from(key, stacktrace)}
  def normalize({:badkey, key, map}, _stacktrace) when is_map(map), do: %KeyError{key: key, term: map}
  def normalize({:badkey, key, term}, _stacktrace), do: KeyError.not_a_map(key, term)
  def normalize({:case_clause, term}, _stacktrace), do: %CaseClauseError{term: term}
  def normalize({:else_clause, term}, _stacktrace), do: %WithClauseError{term: term}
  def normalize({:try_clause, term}, _stacktrace), do: %TryClauseError{term: term}

  def normalize(:undef, stacktrace) do
    case top(stacktrace) do
      {module, function, arity} -> %UndefinedFunctionError{module: module, function: function, arity: arity}
      nil -> %UndefinedFunctionError{}
    end
  end

  def normalize(:function_clause, stacktrace) do
    case top(stacktrace) do
      {module, function, arity} -> %FunctionClauseError{module: module, function: function, arity: arity}
      nil -> %FunctionClauseError{}
    end
  end

  def normalize(other, stacktrace) do
    case explained(other, stacktrace) do
      {:ok, _reason, details} -> %ErlangError{original: other, reason: details}
      :error -> %ErlangError{original: other}
    end
  end

  # A call without arguments may have been meant as a field of a map.
  defp bad_apply(module, function, []) when is_atom(function) do
    "you attempted to apply a function named #{inspect(function)} on #{inspect(module)}. " <>
      "If you are using Kernel.apply/3, make sure the module is an atom. " <>
      "If you are using the dot syntax, such as module.function(), " <>
      "make sure the left-hand side of the dot is an atom representing a module"
  end

  defp bad_apply(module, _function, _args) do
    "you attempted to apply a function on #{inspect(module)}. " <>
      "Modules (the first argument of apply) must always be an atom"
  end

  defp top([{module, function, args, _} | _]) when is_list(args), do: {module, function, length(args)}
  defp top([{module, function, arity, _} | _]), do: {module, function, arity}
  defp top(_stacktrace), do: nil

  # The map is the last argument of the native that missed the key.
  defp missing_from(key, [{:maps, :update, [key, _value, map], _} | _]), do: map
  defp missing_from(key, [{:maps, :get, [key, map], _} | _]), do: map
  defp missing_from(key, [{:erlang, :map_get, [key, map], _} | _]), do: map
  defp missing_from(_key, _stacktrace), do: nil

  # The frame says which module explains the error, argument by argument.
  defp explained(reason, [{module, _, args, info} | _] = stacktrace) when is_list(info) do
    with %{} = error_info <- :proplists.get_value(:error_info, info, nil),
         explainer = Map.get(error_info, :module, module),
         function = Map.get(error_info, :function, :format_error),
         %{} = explanation <- explain(explainer, function, reason, stacktrace) do
      arguments(explanation, if(is_list(args), do: length(args), else: 0))
    else
      _ -> :error
    end
  end

  defp explained(_reason, [{_, _, _, info} | _]) when is_list(info) do
    case :lists.keyfind(:error_info, 1, info) do
      {_, %{function: :format_bs_fail, cause: {segment, type, why, value}}} ->
        text = "construction of binary failed: segment #{segment} of type '#{type}': "
        {:ok, text, segment_failure(why, type, inspect(value))}

      _ ->
        :error
    end
  end

  defp explained(_reason, _stacktrace), do: :error

  defp segment_failure(:type, :float, value), do: "expected a float or an integer but got: #{value}"
  defp segment_failure(:type, :integer, value), do: "expected an integer but got: #{value}"
  defp segment_failure(:type, :binary, value), do: "expected a binary but got: #{value}"
  defp segment_failure(:type, utf, value), do: "expected a non-negative integer encodable as #{utf} but got: #{value}"
  defp segment_failure(:size, _type, value), do: "expected a non-negative integer as size but got: #{value}"
  defp segment_failure(:short, _type, value), do: "the value #{value} is shorter than the size of the segment"
  defp segment_failure(:unit, _type, value), do: "the size of the value #{value} is not a multiple of the unit for the segment"
  defp segment_failure(:no_float, _type, value), do: "the value #{value} is outside the range expressible as a float"
  defp segment_failure(:invalid, _type, value), do: "expected one of the supported sizes 16, 32, or 64 but got: #{value}"

  defp explain(module, function, reason, stacktrace) do
    apply(module, function, [reason, stacktrace])
  rescue
    _ -> :error
  end

  defp arguments(explanation, arity) do
    lines =
      for position <- 1..arity//1, text = explanation[position], text != nil do
        "  * #{nth(position)} argument: #{IO.chardata_to_string(text)}\n"
      end

    general = explanation[:general]
    reason = explanation[:reason]

    cond do
      lines == [] and general != nil and reason != nil ->
        {:ok, IO.chardata_to_string(reason), ": " <> IO.chardata_to_string(general)}

      lines != [] or general != nil ->
        general_line = if general, do: "  * #{IO.chardata_to_string(general)}\n", else: ""
        {:ok, "errors were found at the given arguments:\n\n", IO.iodata_to_binary([general_line | lines])}

      reason != nil ->
        {:ok, "argument error: ", IO.chardata_to_string(reason)}

      true ->
        :error
    end
  end

  defp nth(1), do: "1st"
  defp nth(2), do: "2nd"
  defp nth(3), do: "3rd"
  defp nth(position), do: "#{position}th"
end
