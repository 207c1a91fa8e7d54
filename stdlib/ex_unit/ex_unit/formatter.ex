defmodule ExUnit.Formatter do
  @moduledoc "Words failures, times and filters."

  @counter_padding "     "
  @no_value ExUnit.AssertionError.no_value()

  def format_time(run_us, nil), do: "Finished in #{run_us |> normalize_us() |> format_us()} seconds"
  def format_time(run_us, load_us), do: format_times(%{run: run_us, load: load_us, async: nil})

  def format_times(%{run: run_us, async: async_us, load: load_us}) do
    run_us = normalize_us(run_us)
    async_us = if async_us, do: normalize_us(async_us)
    load_us = if load_us, do: normalize_us(load_us)

    parts =
      [
        {load_us, "on load"},
        {async_us || (load_us && 0), "async"},
        {async_us && run_us - async_us || (load_us && run_us), "sync"}
      ]
      |> Enum.filter(&elem(&1, 0))

    total = run_us + (load_us || 0)

    case parts do
      [] -> "Finished in #{format_us(total)} seconds"
      _ -> "Finished in #{format_us(total)} seconds (" <> Enum.map_join(parts, ", ", fn {us, text} -> "#{format_us(us)}s #{text}" end) <> ")"
    end
  end

  # Hundredths of a second.
  defp normalize_us(us), do: div(us, 10_000)

  defp format_us(us) when us < 10, do: "0.0#{us}"

  defp format_us(us) do
    us = div(us, 10)
    "#{div(us, 10)}.#{rem(us, 10)}"
  end

  def format_filters(filters, type) do
    case type do
      :exclude -> "Excluding tags: #{inspect(filters)}"
      :include -> "Including tags: #{inspect(filters)}"
    end
  end

  def format_test_failure(test, failures, counter, width, formatter) do
    %ExUnit.Test{name: name, module: module, tags: tags} = test

    test_info(with_counter(counter, "#{name} (#{inspect(module)})"), formatter) <>
      parameters(test.parameters) <>
      test_location(with_location(tags), formatter) <>
      Enum.map_join(Enum.with_index(failures), "", fn {{kind, reason, stack}, index} ->
        {text, stack} = format_kind_reason(test, kind, reason, stack, width, formatter)
        failure_header(failures, index) <> text <> format_stacktrace(stack, module, name, formatter)
      end)
  end

  defp parameters(map) when map == %{}, do: ""
  defp parameters(map), do: @counter_padding <> "Parameters: #{inspect(map)}\n"

  def format_test_all_failure(test_module, failures, counter, width, formatter) do
    name = test_module.name

    test_module_info(with_counter(counter, "#{inspect(name)}: "), formatter) <>
      Enum.map_join(Enum.with_index(failures), "", fn {{kind, reason, stack}, index} ->
        {text, stack} = format_kind_reason(test_module, kind, reason, stack, width, formatter)
        failure_header(failures, index) <> text <> format_stacktrace(stack, name, nil, formatter)
      end)
  end

  def format_test_case_failure(test_case, failures, counter, width, formatter),
    do: format_test_all_failure(test_case, failures, counter, width, formatter)

  defp failure_header([_], _), do: ""
  defp failure_header(_, i), do: "\n#{@counter_padding}Failure ##{i + 1}\n"

  defp with_location(tags), do: "#{Path.relative_to_cwd(tags[:file])}:#{tags[:line]}"

  defp with_counter(counter, msg) when counter < 10, do: "  #{counter}) #{msg}"
  defp with_counter(counter, msg) when counter < 100, do: " #{counter}) #{msg}"
  defp with_counter(counter, msg), do: "#{counter}) #{msg}"

  defp test_info(msg, formatter), do: formatter.(:test_info, msg) <> "\n"
  defp test_location(msg, formatter), do: "     " <> formatter.(:location_info, msg) <> "\n"

  defp test_module_info(msg, formatter) do
    formatter.(:test_module_info, msg <> "failure on setup_all callback, all tests have been invalidated") <> "\n"
  end

  defp format_kind_reason(test, :error, %ExUnit.AssertionError{} = struct, stack, width, formatter) do
    label_padding_size = if has_value?(struct.right), do: 7, else: 6
    code_multiline = if has_value?(struct.expr), do: nil, else: get_code(test, stack)

    {assertion(struct, code_multiline, width, label_padding_size, formatter, @counter_padding), stack}
  end

  defp format_kind_reason(test, kind, reason, stack, _width, formatter) do
    {blamed, stack} =
      case kind do
        :error -> blame(reason, stack)
        _ -> {reason, stack}
      end

    banner =
      case {kind, blamed} do
        {:error, %FunctionClauseError{} = exception} ->
          {text, _} = {Exception.format_banner(:error, exception, stack), nil}
          text <> clauses(exception)

        _ ->
          Exception.format_banner(kind, blamed, stack)
      end

    text = formatter.(:error_info, format_banner(banner))

    code =
      case get_code(test, stack) do
        nil -> ""
        code -> @counter_padding <> formatter.(:extra_info, "code: ") <> code <> "\n"
      end

    {@counter_padding <> text <> "\n" <> code, stack}
  end

  defp blame(reason, stack) do
    Exception.blame(:error, reason, stack)
  rescue
    _ -> {reason, stack}
  end

  defp clauses(exception) do
    _ = exception
    ""
  end

  # Lines after the first stand under it; empty ones stay empty.
  defp format_banner(value) do
    [first | rest] = String.split(value, "\n")

    Enum.map_join([first | Enum.map(rest, &pad/1)], "\n", & &1)
  end

  defp pad(""), do: ""
  defp pad(line), do: @counter_padding <> line

  def format_assertion_error(%ExUnit.AssertionError{} = struct) do
    format_assertion_error(%{}, struct, [], :infinity, fn _, msg -> msg end, "") |> strip_newline()
  end

  def format_assertion_error(test, struct, stack, width, formatter, padding) do
    size = if has_value?(struct.right), do: 7, else: 6
    code = if has_value?(struct.expr) or stack == [], do: nil, else: get_code(test, stack)
    assertion(struct, code, width, size, formatter, padding)
  end

  defp strip_newline(text), do: String.trim_trailing(text, "\n")

  defp assertion(struct, code, width, label_size, formatter, padding) do
    label_padding = String.duplicate(" ", label_size)
    content_width = if width == :infinity, do: :infinity, else: width - byte_size(padding) - label_size
    indent = padding <> label_padding
    pattern? = match?({:match, _}, struct.context)

    parts = [
      note: if_value(struct.message, &message(&1, formatter)),
      doctest: if_value(struct.doctest, &code_lines(&1, padding)),
      code: if(code, do: code, else: nil),
      code: if_value(struct.expr, &code_expr(&1, indent)),
      arguments: if_value(struct.args, &arguments(&1, width)),
      left: if_value(struct.left, &side(&1, struct.context, content_width, indent, pattern?)),
      right: if_value(struct.right, &right_side(&1, content_width, indent))
    ]

    parts =
      case struct.context do
        {:mailbox, _pins, messages} when messages != [] ->
          Keyword.drop(parts, [:left, :right]) ++ [mailbox: mailbox(struct.left, messages, content_width)]

        {:mailbox, _pins, []} ->
          Keyword.drop(parts, [:left, :right])

        _ ->
          parts
      end

    parts
    |> Enum.filter(fn {_, value} -> value != nil end)
    |> Enum.map_join("", fn
      {:note, text} -> padding <> text <> "\n"
      {:arguments, text} -> padding <> formatter.(:extra_info, "arguments:") <> text <> "\n"
      {:mailbox, text} -> padding <> formatter.(:extra_info, "mailbox:") <> text <> "\n"
      {label, text} -> padding <> formatter.(:extra_info, String.pad_trailing("#{label}:", label_size)) <> text <> "\n"
    end)
  end

  defp has_value?(value), do: value != @no_value
  defp if_value(value, fun), do: if(has_value?(value), do: fun.(value))

  defp message(value, formatter) do
    formatter.(:error_info, String.replace(value, "\n", "\n" <> @counter_padding))
  end

  defp code_lines(value, padding), do: String.replace(value, "\n", "\n" <> padding)

  defp code_expr(expr, _indent) when is_binary(expr), do: expr

  defp code_expr(expr, indent) do
    expr |> code_to_string() |> String.replace("\n", "\n" <> indent)
  end

  defp code_to_string({fun, _, [expr]}) when is_atom(fun), do: Atom.to_string(fun) <> " " <> Macro.to_string(expr)
  defp code_to_string({fun, _, args}) when is_atom(fun) and is_list(args), do: Atom.to_string(fun) <> " " <> Enum.map_join(args, ", ", &Macro.to_string/1)
  defp code_to_string(expr), do: Macro.to_string(expr)

  defp arguments(args, width) do
    entries =
      for {arg, i} <- Enum.with_index(args, 1) do
        "\n\n#{@counter_padding}    # #{i}\n#{@counter_padding}    " <> inspect_multiline(arg, @counter_padding <> "    ", width)
      end

    IO.iodata_to_binary([entries, "\n"])
  end

  defp side(value, {:match, _}, width, indent, true) do
    _ = width
    Macro.to_string(value) |> String.replace("\n", "\n" <> indent)
  end

  defp side(value, {:mailbox, _, _}, _width, indent, _), do: Macro.to_string(value) |> String.replace("\n", "\n" <> indent)
  defp side(value, _context, width, indent, _), do: inspect_multiline(value, indent, width)

  defp right_side(value, width, indent), do: inspect_multiline(value, indent, width)

  defp inspect_multiline(value, indent, width) do
    value
    |> inspect(pretty: true, width: width)
    |> String.replace("\n", "\n" <> indent)
  end

  defp mailbox(pattern, messages, width) do
    for message <- messages, into: "" do
      "\n#{@counter_padding}  pattern: #{Macro.to_string(pattern)}\n" <>
        "#{@counter_padding}  value:   #{inspect_multiline(message, @counter_padding <> "           ", width)}"
    end
  end

  # The line of the source that a frame of the test points at.
  defp get_code(%ExUnit.Test{module: module, name: name, tags: tags}, stack) do
    found =
      Enum.find_value(stack, fn
        {^module, ^name, 1, info} -> line_of(info, tags[:file])
        {^module, _, _, _} -> nil
        _ -> nil
      end)

    case found do
      nil -> nil
      {file, line} -> source_line(file, line)
    end
  end

  defp get_code(_, _), do: nil

  defp line_of(info, file) do
    case info[:line] do
      line when is_integer(line) and line > 0 -> {file || info[:file], line}
      _ -> nil
    end
  end

  defp source_line(file, line) do
    with {:ok, text} <- File.read(to_string(file)),
         code when is_binary(code) <- text |> String.split("\n") |> Enum.at(line - 1),
         code when code != "" <- String.trim(code) do
      code
    else
      _ -> nil
    end
  end

  defp format_stacktrace([], _module, _test, _formatter), do: ""

  defp format_stacktrace(stack, module, test, formatter) do
    head = @counter_padding <> formatter.(:extra_info, "stacktrace:") <> "\n"

    Enum.reduce(stack, head, fn entry, acc ->
      acc <> @counter_padding <> "  " <> formatter.(:stacktrace_info, stacktrace_entry(entry, module, test)) <> "\n"
    end)
  end

  defp stacktrace_entry({module, test, 1, info}, module, test) do
    case info[:file] do
      nil -> "(test)"
      file -> "#{Path.relative_to_cwd(to_string(file))}:#{info[:line]}: (test)"
    end
  end

  defp stacktrace_entry(entry, _module, _test), do: Exception.format_stacktrace_entry(entry)
end
