defmodule KeyError do
  @moduledoc "A key was expected and is not there."
  defexception [:key, :term, :message]

  @impl true
  def message(exception)
  def message(%{message: nil} = exception), do: message(exception.key, exception.term)
  def message(%{message: message}), do: message

  defp message(key, nil), do: "key #{inspect(key)} not found"
  defp message(key, term), do: "key #{inspect(key)} not found in: #{inspect(term)}"

  @doc false
  def not_a_map(key, term) do
    %KeyError{
      key: key,
      term: term,
      message:
        "key #{inspect(key)} not found in: #{inspect(term)}\n\n" <>
          "If you are using the dot syntax, such as map.field, " <>
          "make sure the left-hand side of the dot is a map"
    }
  end

  @impl true
  def blame(%{message: nil} = exception, stacktrace) do
    message = message(exception.key, exception.term) <> hint(exception.key, exception.term)
    {%{exception | message: message}, stacktrace}
  end

  def blame(exception, stacktrace), do: {exception, stacktrace}

  defp hint(key, term) when is_atom(key) and is_map(term) do
    similar(key, :lists.delete(:__struct__, Map.keys(term)))
  end

  defp hint(key, term) when is_atom(key) and is_list(term) do
    if Keyword.keyword?(term), do: similar(key, Keyword.keys(term)), else: ""
  end

  defp hint(_key, _term), do: ""

  @threshold 0.77
  @max_suggestions 5

  defp similar(key, available) do
    name = Atom.to_string(key)

    suggestions =
      for candidate <- available,
          is_atom(candidate),
          distance = String.jaro_distance(name, Atom.to_string(candidate)),
          distance >= @threshold,
          do: {distance, candidate}

    case suggestions |> Enum.sort(&(&1 >= &2)) |> Enum.take(@max_suggestions) |> Enum.map(&elem(&1, 1)) do
      [] -> ""
      found -> ". Did you mean:\n\n" <> Enum.map_join(Enum.sort(found), &"      * #{inspect(&1)}\n")
    end
  end
end

defmodule FunctionClauseError do
  @moduledoc "No clause of a function matched its arguments."
  defexception [:module, :function, :arity, :kind, :args, :clauses]

  @impl true
  def message(exception) do
    case exception do
      %{function: nil} ->
        "no function clause matches"

      %{module: module, function: function, arity: arity} ->
        call = Exception.format_mfa(module, function, arity)
        "no function clause matching in #{call}" <> details(exception, call)
    end
  end

  @impl true
  def blame(%{module: module, function: function, arity: arity} = exception, [{module, function, args, place} | callers])
      when is_list(args) and length(args) == arity do
    known =
      case Exception.blame_mfa(module, function, args) do
        {:ok, kind, clauses} -> %{args: args, kind: kind, clauses: clauses}
        :error -> %{args: args}
      end

    {Map.merge(exception, known), [{module, function, arity, place} | callers]}
  end

  def blame(exception, stacktrace), do: {exception, stacktrace}

  defp details(%{args: nil}, _call), do: ""

  defp details(%{args: args, kind: kind, clauses: clauses}, call) do
    "\n\nThe following arguments were given to #{call}:\n" <>
      Exception.format_arguments(args) <> attempted(kind, clauses)
  end

  defp attempted(_kind, nil), do: ""

  defp attempted(kind, clauses) do
    shown = Enum.take(clauses, 10)

    "\nAttempted function clauses (showing #{length(shown)} out of #{length(clauses)}):\n\n" <>
      Enum.map_join(shown, fn clause -> "    #{kind} #{clause}\n" end)
  end
end

defmodule UndefinedFunctionError do
  @moduledoc "A function that does not exist was called."
  defexception [:module, :function, :arity, :reason, :message]

  @impl true
  def message(%{message: nil} = exception), do: exception |> told() |> elem(0)
  def message(%{message: message}), do: message

  # The message, and whether the module is there, so that functions of it can be suggested.
  defp told(%{function: function, arity: arity}) when function == nil or arity == nil, do: {"undefined function", false}

  defp told(%{module: module, reason: reason} = exception) do
    text = "function " <> call(module, exception.function, exception.arity) <> " is undefined"

    case reason(reason, module) do
      :"function not exported" -> {text <> " or private", true}
      :"no module" -> {text, false}
      :"module could not be loaded" -> {text <> " (module #{inspect(module)} is not available)" <> alias_hint(module), false}
      other -> {text <> " (#{other})" <> alias_hint(module), false}
    end
  end

  # A module under definition has no functions yet.
  defp reason(reason, module) when reason in [nil, :"module could not be loaded"], do: guessed(module)
  defp reason(reason, _module), do: reason

  defp guessed(nil), do: :"no module"

  defp guessed(module) do
    cond do
      function_exported?(module, :module_info, 0) -> :"function not exported"
      :elixir_module.open?(module) -> :"function not available"
      true -> :"module could not be loaded"
    end
  end

  # An alias of one part looks like a forgotten or a misspelt `alias`.
  defp alias_hint(module) do
    case Atom.to_string(module) do
      "Elixir." <> rest ->
        if String.contains?(rest, "."),
          do: "",
          else:
            ". Make sure the module name is correct and has been specified in full " <>
              "(or that an alias has been defined)"

      _ ->
        ""
    end
  end

  defp call(module, function, arity), do: Exception.format_mfa(module, function, arity)

  @impl true
  def blame(exception, stacktrace) do
    {message, loaded?} = told(exception)
    hint = hint(exception.module, exception.function, exception.arity, loaded?)
    {%{exception | message: message <> hint}, stacktrace}
  end

  @doc false
  # What a warning of the compiler says about a function that a module lacks.
  def hint_for_loaded(module, function, arity), do: hint(module, function, arity, true)

  defp hint(nil, _function, 0, _loaded?) do
    ". If you are using the dot syntax, such as module.function(), " <>
      "make sure the left-hand side of the dot is a module atom"
  end

  defp hint(nil, _function, _arity, _loaded?), do: ""
  defp hint(_module, _function, _arity, false), do: ""

  defp hint(module, function, arity, true) do
    if macro?(module, function, arity) do
      ". However, there is a macro with the same name and arity. " <>
        "Be sure to require #{inspect(module)} if you intend to invoke this macro"
    else
      module |> similar(function, arity) |> format_suggestions()
    end
  end

  defp macro?(module, function, arity) do
    function_exported?(module, :__info__, 1) and {function, arity} in module.__info__(:macros)
  end

  @threshold 0.77
  @max_suggestions 5

  defp similar(module, function, arity) do
    exports = exports(module)
    same = for {^function, other} <- exports, other != arity, do: {1.0, function, other}
    if same != [], do: same, else: near(exports, function)
  end

  defp near(exports, function) do
    name = Atom.to_string(function)

    for {candidate, arity} <- exports,
        text = Atom.to_string(candidate),
        not String.starts_with?(text, "_"),
        distance = String.jaro_distance(name, text),
        distance >= @threshold,
        do: {distance, candidate, arity}
  end

  defp exports(module) do
    if function_exported?(module, :__info__, 1),
      do: (module.__info__(:macros) ++ module.__info__(:functions)) -- deprecated(module),
      else: module.module_info(:exports) -- [module_info: 0, module_info: 1]
  end

  defp deprecated(module), do: for({name_arity, _reason} <- module.__info__(:deprecated), do: name_arity)

  defp format_suggestions([]), do: ""

  defp format_suggestions(suggestions) do
    lines =
      suggestions
      |> Enum.sort(&(elem(&1, 0) >= elem(&2, 0)))
      |> Enum.take(@max_suggestions)
      |> Enum.map(fn {_, function, arity} -> {function, arity} end)
      |> Enum.sort()
      |> Enum.map_join(fn {function, arity} ->
        "      * #{Macro.inspect_atom(:remote_call, function)}/#{arity}\n"
      end)

    ". Did you mean:\n\n" <> lines
  end
end
