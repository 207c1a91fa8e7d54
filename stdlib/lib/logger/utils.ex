defmodule Logger.Utils do
  @moduledoc false
  # The primary filters of the logger, and Erlang's formats with terms as Elixir writes them.

  # --- filters ---------------------------------------------------------------------------------

  # Words reports of the runtime and of the libraries in Elixir's way.
  def translator(%{msg: message, meta: meta} = event, config) do
    cond do
      not config.otp and match?([:otp | _], meta[:domain]) -> :stop
      not config.sasl and supervision?(message, meta) -> :stop
      match?({:string, _}, message) -> :ignore
      true -> reworded(event, asked(event.level, message), config)
    end
  end

  # Crash reports and what supervisors tell of their children: only for those who want them.
  defp supervision?(message, meta) do
    match?([:otp, :sasl | _], meta[:domain]) or match?({:report, %{label: {_, :progress}}}, message)
  end

  # What translators are asked: the least level that is logged, the level, the kind, the message.
  defp asked(level, message) do
    least = :logger.get_primary_config().level

    case message do
      {:report, %{label: {:error_logger, _}, format: format, args: args}} -> [least, level, :format, {format, args}]
      {:report, %{label: label, report: report}} -> [least, level, :report, {label, report}]
      {:report, report} -> [least, level, :report, {:logger, report}]
      format -> [least, level, :format, format]
    end
  end

  defp reworded(event, question, config) do
    Enum.reduce_while(config.translators, :ignore, fn {module, function}, :ignore ->
      case asked_of(module, function, question) do
        :none -> {:cont, :ignore}
        :skip -> {:halt, :stop}
        {:ok, text} -> {:halt, %{event | msg: {:string, text}}}
        {:ok, text, meta} -> {:halt, %{event | msg: {:string, text}, meta: Enum.into(meta, event.meta)}}
      end
    end)
  end

  # What a translator that fails had to say is its failure.
  defp asked_of(module, function, question) do
    apply(module, function, question)
  catch
    class, reason ->
      {:ok, ["Failure while translating Erlang's logger event\n", Exception.format(class, reason, __STACKTRACE__)]}
  end

  # A process may have a level of its own.
  def process_level(%{level: level}, _extra) do
    own = Process.get(:logger_level)
    if own != nil and :logger.compare_levels(level, own) == :lt, do: :stop, else: :ignore
  end

  # --- formats ---------------------------------------------------------------------------------

  # The format with ~p and ~w replaced by texts, and the arguments for it.
  def scan_inspect(format, args, _limit, opts \\ %Inspect.Opts{}) do
    chars =
      cond do
        is_atom(format) -> Atom.to_charlist(format)
        is_binary(format) -> String.to_charlist(format)
        true -> format
      end

    {pieces, left} = Enum.flat_map_reduce(directives(chars), args, &shown(&1, &2, opts))
    {formats, args} = Enum.unzip(pieces)
    {Enum.concat(formats), Enum.concat(args) ++ left}
  end

  # The format cut up: {plain text}, or {directive, its letter}.
  defp directives(chars) do
    case Enum.split_while(chars, &(&1 != ?~)) do
      {[], []} ->
        []

      {plain, []} ->
        [{plain, nil}]

      {plain, [?~ | rest]} ->
        {modifiers, after_them} = Enum.split_while(rest, &(&1 in ?0..?9 or &1 in [?., ?*, ?-, ?t, ?l]))
        {letter, rest} = Enum.split(after_them, 1)
        [{plain, nil}, {[?~ | modifiers] ++ letter, List.first(letter)} | directives(rest)]
    end
  end

  defp shown({text, letter}, args, opts) do
    case {letter, args} do
      {p, [term | rest]} when p in [?p, ?w] -> {[{~c"~ts", [inspected(term, opts)]}], rest}
      {p, [term, _depth | rest]} when p in [?P, ?W] -> {[{~c"~ts", [inspected(term, opts)]}], rest}
      {none, args} when none in [nil, ?~, ?n] -> {[{text, []}], args}
      {_, [term | rest]} -> {[{text, [term]}], rest}
      {_, []} -> {[{text, []}], []}
    end
  end

  defp inspected(term, opts) do
    term |> Inspect.Algebra.to_doc(opts) |> Inspect.Algebra.format(opts.width) |> IO.iodata_to_binary()
  end
end
