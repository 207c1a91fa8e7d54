defmodule ExUnit.Formatter do
  @moduledoc """
  Puts what happens in a suite into words.

  A formatter is a `GenServer` named in the `:formatters` of the configuration, which is also its argument. It receives
  casts: `{:suite_started, options}`, `{:suite_finished, times}`, `{:module_started, module}`,
  `{:module_finished, module}`, `{:test_started, test}`, `{:test_finished, test}` and `:max_failures_reached`.

  The functions here take a *styler*, a function of a key and a text that may dress the text up. Keys are `:error_info`,
  `:extra_info`, `:location_info`, `:stacktrace_info`, `:test_info`, `:test_module_info`, `:parameters_info`,
  `:blame_diff`, and for differences `:diff_delete`, `:diff_delete_whitespace`, `:diff_insert`,
  `:diff_insert_whitespace`, which get an algebra document. With the key `:diff_enabled?` it gets a boolean and says
  whether sides are to be compared at all.
  """

  alias ExUnit.{AssertionError, Difference}

  @unset AssertionError.no_value()
  @margin "     "

  # --- times and filters -----------------------------------------------------------------------

  @doc false
  @deprecated "Use format_times/1 instead"
  def format_time(run_us, load_us), do: format_times(%{run: run_us, load: load_us, async: nil})

  @doc """
  How long a suite took: `:run` altogether, `:async` of it for asynchronous modules, `:load` before it (microseconds).

      iex> ExUnit.Formatter.format_times(%{run: 250_000, async: 50_000, load: nil})
      "Finished in 0.2 seconds (0.05s async, 0.2s sync)"
  """
  def format_times(%{run: run, async: async, load: load}) do
    loaded? = load != nil
    [run, async, load] = Enum.map([run, async || 0, load || 0], &div(&1, 10_000))
    loading = if loaded?, do: "#{hundredths(load)}s on load, ", else: ""

    "Finished in #{hundredths(run + load)} seconds " <>
      "(#{loading}#{hundredths(async)}s async, #{hundredths(run - async)}s sync)"
  end

  @doc false
  # Two decimals below a tenth, one from there on.
  def hundredths(n) when n < 10, do: "0.0#{n}"
  def hundredths(n), do: "#{div(n, 100)}.#{rem(div(n, 10), 10)}"

  @doc """
  The filters of a run.

      iex> ExUnit.Formatter.format_filters([slow: true], :exclude)
      "Excluding tags: [slow: true]"
  """
  def format_filters(filters, :include), do: "Including tags: " <> inspect(filters)
  def format_filters(filters, :exclude), do: "Excluding tags: " <> inspect(filters)

  # --- failures --------------------------------------------------------------------------------

  @doc "The report of a failed test: its number, its name and place, and each of its failures."
  def format_test_failure(test, failures, counter, width, styler) do
    %ExUnit.Test{name: name, module: module, tags: tags, parameters: parameters} = test
    place = "#{location_prefix()}#{Path.relative_to_cwd(tags[:file])}:#{tags[:line]}"

    IO.iodata_to_binary([
      styler.(:test_info, numbered(counter, "#{name} (#{inspect(module)})")),
      "\n",
      if(parameters == %{}, do: [], else: [@margin, styler.(:parameters_info, parameters_text(parameters)), "\n"]),
      [@margin, styler.(:location_info, place), "\n"],
      reports(failures, {module, name, tags[:file]}, width, styler)
    ])
  end

  @doc "The report of a module whose `setup_all` failed."
  def format_test_all_failure(%{name: module} = test_module, failures, counter, width, styler) do
    parameters = Map.get(test_module, :parameters, %{})
    title = numbered(counter, "#{inspect(module)}: ") <> "failure on setup_all callback, all tests have been invalidated"

    IO.iodata_to_binary([
      styler.(:test_module_info, title),
      "\n",
      if(parameters == %{}, do: [], else: [@margin, styler.(:parameters_info, parameters_text(parameters)), "\n"]),
      reports(failures, {module, nil, nil}, width, styler)
    ])
  end

  @doc false
  @deprecated "Use ExUnit.Formatter.format_test_all_failure/5 instead"
  def format_test_case_failure(test_case, failures, counter, width, styler) do
    format_test_all_failure(test_case, failures, counter, width, styler)
  end

  @doc false
  def parameters_text(parameters), do: "Parameters: #{inspect(parameters)}"

  defp location_prefix do
    case Application.get_env(:ex_unit, :test_location_relative_path) do
      nil -> ""
      prefix -> prefix <> "/"
    end
  end

  defp numbered(n, text), do: "#{String.pad_leading("#{n}", 3)}) #{text}"

  defp reports([failure], where, width, styler), do: report(failure, where, width, styler)

  defp reports(failures, where, width, styler) do
    for {failure, n} <- Enum.with_index(failures, 1) do
      ["\n", @margin, styler.(:test_info, "Failure ##{n}"), "\n", report(failure, where, width, styler)]
    end
  end

  defp report({kind, reason, stack}, where, width, styler) do
    {text, stack} = cause(kind, reason, stack, where, width, styler)
    [text, stacktrace(stack, where, styler)]
  end

  # What went wrong, and the stack, which the error may know better.
  defp cause(:error, %AssertionError{} = error, stack, where, width, styler) do
    {assertion(error, source_line(stack, where), byte_size(@margin), width, styler), stack}
  end

  defp cause({:EXIT, pid}, {%AssertionError{} = error, [_ | _] = inner}, stack, _where, width, styler) do
    pad = "          "

    text = [
      @margin,
      styler.(:error_info, "** (EXIT from #{inspect(pid)}) an exception was raised:"),
      "\n\n",
      assertion(error, nil, byte_size(pad), width, styler),
      [pad, styler.(:extra_info, "stacktrace:"), "\n"],
      for(frame <- inner, do: [pad, "  ", styler.(:stacktrace_info, Exception.format_stacktrace_entry(frame)), "\n"]),
      "\n"
    ]

    {text, stack}
  end

  defp cause(kind, reason, stack, where, _width, styler) do
    {reason, stack} = if kind == :error, do: Exception.blame(kind, reason, stack), else: {reason, stack}
    {headline, details} = kind |> Exception.format_banner(reason, stack) |> headline(reason)

    text = [
      [@margin, indented(styler.(:error_info, headline), @margin), "\n"],
      if(details == "", do: [], else: ["\n", @margin, indented(details, @margin), "\n\n"]),
      case source_line(stack, where) do
        nil -> []
        code -> [@margin, styler.(:extra_info, "code: "), code, "\n"]
      end
    ]

    {text, stack}
  end

  # The arguments and clauses of a call that no clause took stand below the error, without its colour.
  defp headline(banner, %FunctionClauseError{}) do
    case String.split(banner, "\n", parts: 2) do
      [first, rest] -> {String.trim_trailing(first), String.trim(rest)}
      [first] -> {first, ""}
    end
  end

  defp headline(banner, _reason), do: {banner, ""}

  # Lines after the first begin at the margin; empty ones stay empty.
  defp indented(text, pad) do
    [first | rest] = String.split(text, "\n")
    Enum.join([first | Enum.map(rest, &if(&1 == "", do: "", else: pad <> &1))], "\n")
  end

  # --- assertions ------------------------------------------------------------------------------

  @doc "What an assertion says of itself where nobody formats it: without colours and without a stack."
  def format_assertion_error(%AssertionError{} = error) do
    plain = fn
      :diff_enabled?, _ -> false
      _, text -> text
    end

    error |> assertion(nil, 0, :infinity, plain) |> IO.iodata_to_binary()
  end

  @doc """
  The two sides of a failed assertion, as a keyword list with `:left` and `:right`, each if there is one.

  `padding` is how far lines after the first are indented, `width` the room a line has.
  """
  def format_assertion_diff(%AssertionError{context: {:mailbox, _, _}}, _padding, _width, _styler), do: []

  def format_assertion_diff(%AssertionError{} = error, padding, width, styler) do
    indent = "\n" <> String.duplicate(" ", padding)
    width = if width == :infinity, do: width, else: width - padding

    for {side, text} <- sides(error, width, styler), text != nil do
      {side, String.replace(text, "\n", indent)}
    end
  end

  defp sides(%{left: left, right: right, context: context}, width, styler) do
    compared =
      if left != @unset and right != @unset and styler.(:diff_enabled?, true),
        do: Difference.sides(left, right, context, width, styler)

    case compared do
      nil -> [left: plain_left(left, context, width), right: plain(right, width)]
      {left, right} -> [left: left, right: right]
    end
  end

  defp plain_left(@unset, _context, _width), do: nil
  defp plain_left(pattern, {:match, _pins}, _width), do: Macro.to_string(pattern)
  defp plain_left(value, _context, width), do: plain(value, width)

  defp plain(@unset, _width), do: nil
  defp plain(value, width), do: inspect(value, pretty: true, width: width)

  # `margin` is where its lines begin.
  defp assertion(error, source, margin, width, styler) do
    pad = String.duplicate(" ", margin)
    label_width = if error.right == @unset, do: 6, else: 7
    label = fn name -> [pad, styler.(:extra_info, String.pad_trailing(name <> ":", label_width))] end
    # Without a margin it stands where it does in a report.
    hang = "\n" <> String.duplicate(" ", max(margin, byte_size(@margin)) + label_width)

    [
      said(error.message, fn text -> [pad, styler.(:error_info, indented(text, @margin)), "\n"] end),
      said(error.doctest, fn text ->
        [pad, styler.(:extra_info, "doctest:"), "\n", for(line <- String.split(text, "\n"), do: [pad, "  ", line, "\n"])]
      end),
      if(error.expr != @unset,
        do: [label.("code"), String.replace(code_text(error.expr), "\n", hang), "\n"],
        else: if(source, do: [label.("code"), source, "\n"], else: [])
      ),
      said(error.args, fn args -> [pad, styler.(:extra_info, "arguments:"), "\n", arguments(args, width), "\n"] end),
      for({side, text} <- format_assertion_diff(error, margin + label_width, width, styler)) do
        [label.(Atom.to_string(side)), text, "\n"]
      end,
      mailbox(error, pad, width, styler)
    ]
  end

  defp said(@unset, _fun), do: []
  defp said(value, fun), do: fun.(value)

  defp code_text(code) when is_binary(code), do: code

  # The outermost call is the assertion, written as a command.
  defp code_text({name, _meta, [_ | _] = args}) when is_atom(name) do
    "#{name} " <> Enum.map_join(args, ", ", &Macro.to_string/1)
  end

  defp code_text(code), do: Macro.to_string(code)

  # Arguments stand where FunctionClauseError puts them.
  defp arguments(args, width) do
    pad = @margin <> "    "
    room = if width == :infinity, do: width, else: width - byte_size(pad)

    for {arg, n} <- Enum.with_index(args, 1) do
      ["\n", pad, "# #{n}\n", pad, arg |> plain(room) |> String.replace("\n", "\n" <> pad), "\n"]
    end
  end

  defp mailbox(%{context: {:mailbox, pins, [_ | _] = messages}, left: pattern}, pad, width, styler) do
    inner = pad <> "  "
    column = byte_size(inner) + 9
    room = if width == :infinity, do: width, else: width - column
    hang = "\n" <> String.duplicate(" ", if(pad == "", do: 16, else: column))
    inner = if pad == "", do: @margin <> "  ", else: inner

    shown =
      for message <- messages do
        error = %AssertionError{left: pattern, right: message, context: {:match, pins}}
        [left: left, right: right] = sides(error, room, styler)

        [
          [inner, styler.(:extra_info, "pattern: "), String.replace(left, "\n", hang), "\n"],
          [inner, styler.(:extra_info, "value:   "), String.replace(right, "\n", hang), "\n"]
        ]
      end

    [pad, styler.(:extra_info, "mailbox:"), "\n", Enum.intersperse(shown, "\n")]
  end

  defp mailbox(_error, _pad, _width, _styler), do: []

  # --- stack -----------------------------------------------------------------------------------

  # The line of the test in which it failed.
  defp source_line(_stack, {_module, nil, _file}), do: nil

  defp source_line(stack, {module, name, file}) do
    with {_, _, _, info} <- Enum.find(stack, &match?({^module, ^name, 1, _}, &1)),
         line when is_integer(line) and line > 0 <- info[:line],
         {:ok, text} <- File.read(to_string(info[:file] || file)),
         code when is_binary(code) <- text |> String.split("\n") |> Enum.at(line - 1),
         code when code != "" <- String.trim(code) do
      code
    else
      _ -> nil
    end
  end

  defp stacktrace([], _where, _styler), do: []

  defp stacktrace(stack, where, styler) do
    [
      [@margin, styler.(:extra_info, "stacktrace:"), "\n"],
      for(frame <- stack, do: [@margin, "  ", styler.(:stacktrace_info, frame_text(frame, where)), "\n"])
    ]
  end

  defp frame_text({module, name, 1, info}, {module, name, file}) when name != nil do
    "#{Path.relative_to_cwd(to_string(info[:file] || file))}:#{info[:line]}: (test)"
  end

  defp frame_text(frame, _where), do: Exception.format_stacktrace_entry(frame)
end
