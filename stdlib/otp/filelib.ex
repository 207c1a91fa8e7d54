# Questions about files, and wildcards.
defmodule :filelib do
  @moduledoc false

  def safe_relative_path(name, _root), do: :filename.safe_relative_path(name)
  def is_dir(name), do: :cordial_file.type(:file.path(name)) == :directory

  def is_file(name) do
    type = :cordial_file.type(:file.path(name))
    type == :regular or type == :directory
  end

  def is_regular(name), do: :cordial_file.type(:file.path(name)) == :regular

  def file_size(name) do
    case :cordial_file.stat(:file.path(name)) do
      {:ok, stat} -> :erlang.element(1, stat)
      _ -> 0
    end
  end

  def last_modified(name) do
    case :file.read_file_info(name) do
      {:ok, info} -> :erlang.element(6, info)
      _ -> 0
    end
  end

  def ensure_dir(name) do
    case File.mkdir_p(Path.dirname(:file.path(name))) do
      :ok -> :ok
      error -> error
    end
  end

  def ensure_path(name), do: File.mkdir_p(:file.path(name))

  def fold_files(dir, regexp, recursive, fun, acc) do
    {:ok, regex} = :re.compile(regexp, [:unicode])
    do_fold(:file.path(dir), regex, recursive, fun, acc)
  end

  defp do_fold(dir, regex, recursive, fun, acc) do
    case :cordial_file.list_dir(dir) do
      {:ok, names} ->
        :lists.foldl(
          fn name, acc ->
            path = Path.join(dir, name)

            case :cordial_file.type(path) do
              :directory when recursive ->
                do_fold(path, regex, recursive, fun, acc)

              :regular ->
                case :re.run(name, regex, [{:capture, :none}]) do
                  :match -> fun.(:unicode.characters_to_list(path), acc)
                  :nomatch -> acc
                end

              _ ->
                acc
            end
          end,
          acc,
          :lists.sort(names)
        )

      _ ->
        acc
    end
  end

  def wildcard(pattern), do: cordial_wildcard(chars(pattern), false)

  def wildcard(pattern, dir) do
    base = :file.path(dir)
    prefix = :erlang.length(:unicode.characters_to_list(base)) + 1

    for path <- cordial_wildcard(:unicode.characters_to_list(base) ++ ~c"/" ++ chars(pattern), false),
        do: :lists.nthtail(prefix, path)
  end

  defp chars(pattern) when :erlang.is_binary(pattern), do: :unicode.characters_to_list(pattern)
  defp chars(pattern), do: pattern

  # Wildcards: * ? ** [a-z] {a,b}; `dots` lets them match names that start with a dot.
  def cordial_wildcard(pattern, dots) do
    {root, parts} =
      case pattern do
        [?/ | _] -> {"/", parts(pattern)}
        _ -> {"", parts(pattern)}
      end

    found = walk(parts, [root], dots)
    :lists.map(&:unicode.characters_to_list/1, :lists.usort(found))
  end

  defp parts(pattern) do
    :lists.filter(fn part -> part != [] end, split_parts(pattern, 0, [], []))
  end

  # Slashes inside braces do not part.
  defp split_parts([?/ | rest], 0, part, acc),
    do: split_parts(rest, 0, [], [:lists.reverse(part) | acc])

  defp split_parts([?{ | rest], depth, part, acc), do: split_parts(rest, depth + 1, [?{ | part], acc)

  defp split_parts([?} | rest], depth, part, acc) when depth > 0,
    do: split_parts(rest, depth - 1, [?} | part], acc)

  defp split_parts([?\\, c | rest], depth, part, acc),
    do: split_parts(rest, depth, [c, ?\\ | part], acc)

  defp split_parts([c | rest], depth, part, acc), do: split_parts(rest, depth, [c | part], acc)
  defp split_parts([], _depth, part, acc), do: :lists.reverse([:lists.reverse(part) | acc])

  defp walk([], paths, _dots), do: paths

  defp walk([~c"**"], paths, dots) do
    :lists.flatmap(fn path -> descend(path, dots, :all) end, paths)
  end

  defp walk([~c"**" | rest], paths, dots) do
    dirs = :lists.flatmap(fn path -> [path | descend(path, dots, :dirs)] end, paths)
    walk(rest, dirs, dots)
  end

  defp walk([part | rest], paths, dots) do
    next =
      case literal?(part) do
        true ->
          name = :unicode.characters_to_binary(plain(part))

          :lists.filter(
            fn path -> exists?(path) end,
            :lists.map(fn path -> under(path, name) end, paths)
          )

        false ->
          regex = compile(part)

          :lists.flatmap(
            fn path ->
              for name <- entries(path),
                  visible?(name, part, dots),
                  :re.run(name, regex, [{:capture, :none}]) == :match,
                  do: under(path, name)
            end,
            paths
          )
      end

    next = if rest == [], do: next, else: :lists.filter(&is_dir/1, next)
    walk(rest, next, dots)
  end

  defp descend(path, dots, what) do
    :lists.flatmap(
      fn name ->
        case visible?(name, [], dots) do
          true ->
            full = under(path, name)
            dir = is_dir(full)
            below = if dir, do: descend(full, dots, what), else: []
            if dir or what == :all, do: [full | below], else: below

          false ->
            []
        end
      end,
      entries(path)
    )
  end

  defp exists?(path) do
    case :cordial_file.lstat(path) do
      {:ok, _} -> true
      _ -> false
    end
  end

  defp entries(""), do: entries(".")

  defp entries(path) do
    case :cordial_file.list_dir(path) do
      {:ok, names} -> names
      _ -> []
    end
  end

  defp under("", name), do: name
  defp under("/", name), do: <<"/", name::binary>>
  defp under(path, name), do: <<path::binary, "/", name::binary>>

  defp visible?(_name, _part, true), do: true
  defp visible?(<<".", _::binary>>, [?. | _], _dots), do: true
  defp visible?(<<".", _::binary>>, _part, _dots), do: false
  defp visible?(_name, _part, _dots), do: true

  defp literal?([?\\, _ | rest]), do: literal?(rest)
  defp literal?([c | _]) when c in [?*, ??, ?[, ?{], do: false
  defp literal?([_ | rest]), do: literal?(rest)
  defp literal?([]), do: true

  defp plain([?\\, c | rest]), do: [c | plain(rest)]
  defp plain([c | rest]), do: [c | plain(rest)]
  defp plain([]), do: []

  defp compile(part) do
    {:ok, regex} = :re.compile(:unicode.characters_to_binary([?^, regex(part, 0), ?$]), [:unicode])
    regex
  end

  defp regex([?*, ?* | rest], depth), do: regex([?* | rest], depth)
  defp regex([?* | rest], depth), do: [~c"[^/]*" | regex(rest, depth)]
  defp regex([?? | rest], depth), do: [~c"[^/]" | regex(rest, depth)]
  defp regex([?{ | rest], depth), do: [~c"(?:" | regex(rest, depth + 1)]
  defp regex([?} | rest], depth) when depth > 0, do: [~c")" | regex(rest, depth - 1)]
  defp regex([?, | rest], depth) when depth > 0, do: [~c"|" | regex(rest, depth)]

  defp regex([?[ | rest], depth) do
    case :lists.splitwith(fn c -> c != ?] end, rest) do
      {inside, [?] | after_set]} -> [?[, :lists.map(&in_set/1, inside), ?] | regex(after_set, depth)]
      _ -> [~c"\\[" | regex(rest, depth)]
    end
  end

  defp regex([?\\, c | rest], depth), do: [escape(c) | regex(rest, depth)]
  defp regex([c | rest], depth), do: [escape(c) | regex(rest, depth)]
  defp regex([], _depth), do: []

  defp in_set(c) when c in [?\\, ?[, ?^], do: [?\\, c]
  defp in_set(c), do: c

  defp escape(c) when c in ~c"\\.+*?()[]{}|^$", do: [?\\, c]
  defp escape(c), do: c
end
