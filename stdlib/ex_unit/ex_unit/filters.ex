defmodule ExUnit.Filters do
  @moduledoc """
  Decides which tests run.

  A filter is a tag's name, `{tag, value}` (the value may be a regex; otherwise it is compared as text), `{:line, n}` or
  `{:location, {path, line or lines}}`. Tests that an exclude filter meets do not run unless an include filter meets
  them too; what is left and has the tag `:skip` is skipped.
  """

  @doc "Reads filters as they are written on the command line: `name`, `name:value`, `line:9`, `location:path:9`."
  @spec parse([String.t()]) :: list
  def parse(filters) do
    Enum.map(filters, fn filter ->
      case String.split(filter, ":", parts: 2) do
        [name] -> String.to_atom(name)
        ["line", line] -> {:line, String.to_integer(line)}
        ["location", place] -> {:location, location(place)}
        [name, value] -> {String.to_atom(name), value}
      end
    end)
  end

  defp location(text) do
    case split_lines(text) do
      {path, []} -> path
      {path, lines} -> {path, unwrap(lines)}
    end
  end

  @doc """
  Takes the line numbers off a path of the command line: the path and the options that they ask for.

      iex> ExUnit.Filters.parse_path("test/a_test.exs:3")
      {"test/a_test.exs", [exclude: [:test], include: [location: {"test/a_test.exs", 3}]]}
  """
  @spec parse_path(String.t()) :: {String.t(), keyword}
  def parse_path(text) do
    {[path], options} = parse_paths([text])
    {path, options}
  end

  @doc "The same for several paths, whose options are joined."
  @spec parse_paths([String.t()]) :: {[String.t()], keyword}
  def parse_paths(texts) do
    split = Enum.map(texts, &split_lines/1)

    case for {path, [_ | _] = lines} <- split, do: {:location, {path, unwrap(lines)}} do
      [] -> {Enum.map(split, &elem(&1, 0)), []}
      locations -> {Enum.map(split, &elem(&1, 0)), [exclude: [:test], include: locations]}
    end
  end

  defp unwrap([line]), do: line
  defp unwrap(lines), do: lines

  # Line numbers may follow a path; anything else behind a colon belongs to it.
  defp split_lines(text) do
    {numbers, path} =
      text |> String.split(":") |> Enum.reverse() |> Enum.split_while(&match?({n, ""} when n > 0, Integer.parse(&1)))

    if path == [] do
      {text, []}
    else
      {path |> Enum.reverse() |> Enum.join(":"), numbers |> Enum.reverse() |> Enum.map(&String.to_integer/1)}
    end
  end

  @doc "Removes filters that stand twice, and excludes that an include contradicts."
  @spec normalize(list | nil, list | nil) :: {list, list}
  def normalize(include, exclude) do
    include = include |> List.wrap() |> Enum.uniq()
    exclude = exclude |> List.wrap() |> Enum.uniq()
    # A bare tag that is included stands for all of its values.
    {include, Enum.reject(exclude, &contradicted?(&1, include))}
  end

  defp contradicted?(tag, include) when is_atom(tag), do: tag in include

  defp contradicted?({tag, value}, include) do
    tag in include or
      Enum.any?(include, fn
        {^tag, other} -> text(other) == text(value)
        _ -> false
      end)
  end

  defp contradicted?(other, include), do: other in include

  @doc "Whether a test with these tags runs, among the others of its module."
  @spec eval(list, list, map, [ExUnit.Test.t() | map]) :: :ok | {:excluded, String.t()} | {:skipped, String.t()}
  def eval(include, exclude, tags, collection) when is_map(tags) do
    met? = &meets?(&1, tags, collection)

    cond do
      skip = explicit_skip(include, tags) -> skip
      Enum.any?(include, met?) -> skipped(tags)
      filter = Enum.find(exclude, met?) -> {:excluded, "due to #{name(filter)} filter"}
      true -> skipped(tags)
    end
  end

  # Whoever asks for the skipped tests gets them.
  defp explicit_skip(include, tags) do
    asked? = Enum.any?(include, fn filter -> name(filter) == :skip and meets?(filter, tags, []) end)
    if asked?, do: :ok
  end

  defp skipped(tags) do
    case tags do
      %{skip: reason} when is_binary(reason) -> {:skipped, reason}
      %{skip: true} -> {:skipped, "due to skip tag"}
      _ -> :ok
    end
  end

  defp name({tag, _}), do: tag
  defp name(tag), do: tag

  defp meets?({:line, line}, tags, collection) when is_integer(line), do: nearest?(line, tags, collection)

  defp meets?({:location, path}, tags, _collection) when is_binary(path), do: same_file?(tags, path)

  defp meets?({:location, {path, lines}}, tags, collection) do
    same_file?(tags, path) and Enum.any?(List.wrap(lines), &nearest?(&1, tags, collection))
  end

  defp meets?({:test_type, wanted}, tags, _collection), do: text(wanted) == text(tags[:test_type])

  defp meets?({tag, %Regex{} = wanted}, tags, _collection) do
    with {:ok, value} <- Map.fetch(tags, tag), text when is_binary(text) <- text(value) do
      text =~ wanted
    else
      _ -> false
    end
  end

  defp meets?({tag, wanted}, tags, _collection) do
    case tags do
      %{^tag => value} -> value == wanted or text(value) in [text(wanted), alias_text(wanted)]
      _ -> false
    end
  end

  defp meets?(tag, tags, _collection), do: Map.has_key?(tags, tag)

  defp same_file?(tags, path), do: String.ends_with?(Map.get(tags, :file, ""), Path.relative_to_cwd(path))

  # A line means the test that begins there or above it, or all tests of the describe block that begins there.
  defp nearest?(line, tags, collection) do
    all = for entry <- collection, do: Map.get(entry, :tags, entry)
    describe? = Enum.any?(all, &(&1[:describe_line] == line))

    if describe? do
      tags[:describe_line] == line
    else
      closest = for(%{line: start} <- all, start <= line, do: start) |> Enum.max(fn -> nil end)
      tags[:line] == closest
    end
  end

  # A module may be written without what its name begins with.
  defp alias_text(wanted) when is_binary(wanted), do: "Elixir." <> wanted
  defp alias_text(wanted), do: text(wanted)

  # How a value reads, which is how it is compared; what has no text is only equal to itself.
  defp text(value) do
    if String.Chars.impl_for(value), do: to_string(value), else: {:term, value}
  rescue
    _ -> {:term, value}
  end
end
