defmodule Path do
  @moduledoc "Paths as strings: joining, splitting, expanding, finding files."

  @type t :: IO.chardata()

  def absname(path), do: absname_from(IO.chardata_to_string(path), nil)

  def absname(path, relative_to) do
    absname_from(IO.chardata_to_string(path), IO.chardata_to_string(relative_to))
  end

  defp absname_from(path, relative_to) do
    case split(path) do
      ["/" | _] = parts -> join_all(parts)
      [] -> relative_to || File.cwd!()
      parts -> absname_join([relative_to || File.cwd!() | parts])
    end
  end

  defp absname_join([name]), do: absname_clean(name)
  defp absname_join(parts), do: join_all([absname_clean(hd(parts)) | tl(parts)])

  defp absname_clean(path), do: path |> split() |> join_all()

  defp join_all([]), do: ""
  defp join_all(parts), do: join(parts)

  def expand(path), do: expand_dot(absname(expand_home(path), File.cwd!()))

  def expand(path, relative_to) do
    expand_dot(absname(absname(expand_home(path), expand_home(relative_to)), File.cwd!()))
  end

  defp expand_home(type) do
    case IO.chardata_to_string(type) do
      "~" -> System.user_home!()
      "~/" <> rest -> System.user_home!() <> "/" <> rest
      rest -> rest
    end
  end

  # Takes out "." and "..".
  defp expand_dot(path) do
    parts =
      path
      |> :binary.split("/", [:global])
      |> Enum.reduce([], fn
        "", acc -> acc
        ".", acc -> acc
        "..", [] -> []
        "..", [_ | acc] -> acc
        part, acc -> [part | acc]
      end)

    case path do
      "/" <> _ -> "/" <> Enum.join(Enum.reverse(parts), "/")
      _ -> Enum.join(Enum.reverse(parts), "/")
    end
  end

  def type(name) when is_list(name) or is_binary(name) do
    case IO.chardata_to_string(name) do
      "/" <> _ -> :absolute
      _ -> :relative
    end
  end

  def relative(name) do
    case split(name) do
      ["/"] -> "."
      ["/" | rest] -> join_all(rest)
      rest -> join_all(rest)
    end
  end

  def relative_to(path, cwd, opts \\ []) when is_list(opts) do
    split_path = split(path)
    split_cwd = split(cwd)
    force = Keyword.get(opts, :force, false)

    case {absolute?(split_path), absolute?(split_cwd)} do
      {false, false} when split_path == ["."] ->
        "."

      {true, true} ->
        split_path = expand_split(split_path)
        split_cwd |> expand_split() |> from(split_path, split_path, force)

      {false, true} ->
        case expand_relative(split_path) do
          [] -> "."
          parts -> join(parts)
        end

      {_, false} ->
        split_cwd = expand_split(split(absname(cwd)))
        split_path = expand_split(split(absname(path)))
        from(split_cwd, split_path, split_path, force or not absolute?(split(path)))
    end
  end

  defp absolute?(["/" | _]), do: true
  defp absolute?(_), do: false

  defp expand_split(parts), do: parts |> join_all() |> expand_dot() |> split()

  # From a folder down to a path, or up to where both part and down again if that is forced.
  defp from(base, path, original, up?) do
    case {past_common(path, base), up?} do
      {{[], []}, _} -> "."
      {{down, []}, _} -> join(down)
      {{down, up}, true} -> join(Enum.map(up, fn _ -> ".." end) ++ down)
      {_, false} -> join_all(original)
    end
  end

  defp past_common([same | path], [same | base]), do: past_common(path, base)
  defp past_common(path, base), do: {path, base}

  # Without dots, as far as they can be told away; `..` above the beginning stays.
  defp expand_relative(parts) do
    parts
    |> Enum.reduce([], fn
      ".", done -> done
      "..", [above | done] when above != ".." -> done
      part, done -> [part | done]
    end)
    |> Enum.reverse()
  end

  def relative_to_cwd(path, opts \\ []) when is_list(opts) do
    case File.cwd() do
      {:ok, base} -> relative_to(path, base, opts)
      _ -> path
    end
  end

  def basename(path) do
    case List.last(split(path)) do
      nil -> ""
      "/" -> ""
      last -> last
    end
  end

  def basename(path, extension) do
    base = basename(path)
    extension = IO.chardata_to_string(extension)

    if String.ends_with?(base, extension) do
      binary_part(base, 0, byte_size(base) - byte_size(extension))
    else
      base
    end
  end

  def dirname(path) do
    path = IO.chardata_to_string(path)

    case :binary.matches(path, "/") do
      [] ->
        "."

      matches ->
        {at, _} = List.last(matches)

        case trim_slashes(binary_part(path, 0, at)) do
          "" -> "/"
          dir -> dir
        end
    end
  end

  defp trim_slashes(path), do: String.trim_trailing(path, "/")

  def extname(path) do
    base = basename(path)

    case :binary.matches(base, ".") do
      [] ->
        ""

      matches ->
        {at, _} = List.last(matches)
        if at == 0, do: "", else: binary_part(base, at, byte_size(base) - at)
    end
  end

  def rootname(path) do
    path = IO.chardata_to_string(path)

    case {path, extname(path)} do
      {"." <> _, ""} -> if String.contains?(binary_part(path, 1, byte_size(path) - 1), ["/", "."]), do: path, else: ""
      {_, ""} -> path
      {_, ext} -> binary_part(path, 0, byte_size(path) - byte_size(ext))
    end
  end

  def rootname(path, extension) do
    path = IO.chardata_to_string(path)
    extension = IO.chardata_to_string(extension)
    bare = extension != "" and String.ends_with?(path, "/" <> extension)

    if extension != "" and String.ends_with?(path, extension) and not bare do
      binary_part(path, 0, byte_size(path) - byte_size(extension))
    else
      path
    end
  end

  def join([name1, name2]), do: join(name1, name2)
  def join([name1, name2 | rest]), do: join([join(name1, name2) | rest])
  def join([name]), do: drop_last_slash(IO.chardata_to_string(name))

  def join(left, right) do
    left = drop_last_slash(IO.chardata_to_string(left))
    right = drop_last_slash(relative_part(IO.chardata_to_string(right)))

    case {left, right} do
      {"", right} -> right
      {left, ""} -> left
      {"/", "/"} -> "/"
      {"/", right} -> "/" <> right
      {left, right} -> left <> "/" <> right
    end
  end

  defp relative_part("/" <> rest), do: relative_part(rest)
  defp relative_part(rest), do: rest

  defp drop_last_slash(path) do
    size = byte_size(path) - 1

    case path do
      <<kept::binary-size(size), "/">> when size > 0 -> kept
      _ -> path
    end
  end

  def split(path) do
    case IO.chardata_to_string(path) do
      "" ->
        []

      "/" <> _ = path ->
        ["/" | Enum.filter(:binary.split(path, "/", [:global]), &(&1 != ""))]

      path ->
        Enum.filter(:binary.split(path, "/", [:global]), &(&1 != ""))
    end
  end

  def wildcard(glob, opts \\ []) when is_list(opts) do
    match_dot = Keyword.get(opts, :match_dot, false)

    glob
    |> IO.chardata_to_string()
    |> String.to_charlist()
    |> :filelib.cordial_wildcard(match_dot)
    |> Enum.map(&IO.chardata_to_string/1)
  end

  def safe_relative(path, relative_to \\ File.cwd!()) do
    path = IO.chardata_to_string(path)

    case safe_parts(split(path), [], IO.chardata_to_string(relative_to)) do
      {:ok, []} -> {:ok, ""}
      {:ok, parts} -> {:ok, join(parts)}
      :error -> :error
    end
  end

  def safe_relative_to(path, relative_to), do: safe_relative(path, relative_to)

  defp safe_parts(["/" | _], _acc, _base), do: :error
  defp safe_parts(["." | rest], acc, base), do: safe_parts(rest, acc, base)
  defp safe_parts([".." | _], [], _base), do: :error
  defp safe_parts([".." | rest], [_ | acc], base), do: safe_parts(rest, acc, base)

  defp safe_parts([part | rest], acc, base) do
    full = join([base | Enum.reverse([part | acc])])

    case File.read_link(full) do
      {:ok, target} ->
        case safe_parts(split(target), acc, base) do
          {:ok, resolved} -> safe_parts(rest, Enum.reverse(resolved), base)
          :error -> :error
        end

      _ ->
        safe_parts(rest, [part | acc], base)
    end
  end

  defp safe_parts([], acc, _base), do: {:ok, Enum.reverse(acc)}
end
