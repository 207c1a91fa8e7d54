defmodule URI.Parser do
  @moduledoc false
  # Taking URIs apart (RFC 3986, appendix B), checking them, and resolving paths (section 5.2).

  @doc "Never fails: everything has some reading."
  def lenient(string) do
    {scheme, rest} = scheme(string)
    {rest, fragment} = cut(rest, "#")
    {rest, query} = cut(rest, "?")
    {authority, path} = authority(rest)
    {userinfo, host, port} = split_authority(authority)
    scheme = scheme && String.downcase(scheme)

    %URI{
      scheme: scheme,
      authority: authority,
      userinfo: userinfo,
      host: host,
      port: port || (scheme && URI.__known_port__(scheme)),
      path: if(path == "", do: nil, else: path),
      query: query,
      fragment: fragment
    }
  end

  defp cut(text, separator) do
    case :binary.split(text, separator) do
      [text, rest] -> {text, rest}
      [text] -> {text, nil}
    end
  end

  defp scheme(string) do
    size = scheme_size(string, 0)

    case string do
      <<scheme::binary-size(size), ?:, rest::binary>> when size > 0 -> {scheme, rest}
      _ -> {nil, string}
    end
  end

  defp scheme_size(<<char, rest::binary>>, 0) when char in ?a..?z or char in ?A..?Z, do: scheme_size(rest, 1)

  defp scheme_size(<<char, rest::binary>>, n)
       when n > 0 and (char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char in ~c"+-.") do
    scheme_size(rest, n + 1)
  end

  defp scheme_size(_rest, n), do: n

  defp authority("//" <> rest) do
    case :binary.match(rest, "/") do
      {at, _} -> {binary_part(rest, 0, at), binary_part(rest, at, byte_size(rest) - at)}
      :nomatch -> {rest, ""}
    end
  end

  defp authority(rest), do: {nil, rest}

  defp split_authority(nil), do: {nil, nil, nil}
  defp split_authority(""), do: {nil, "", nil}

  defp split_authority(authority) do
    {userinfo, rest} =
      case :binary.matches(authority, "@") do
        [] ->
          {nil, authority}

        matches ->
          {at, _} = List.last(matches)
          {binary_part(authority, 0, at), binary_part(authority, at + 1, byte_size(authority) - at - 1)}
      end

    {host, port} = host_port(rest)
    {userinfo, host, port}
  end

  defp host_port("[" <> rest = all) do
    case :binary.split(rest, "]") do
      [host, ":" <> port] -> {host, port(port)}
      [host, _] -> {host, nil}
      [_] -> plain_host_port(all)
    end
  end

  defp host_port(rest), do: plain_host_port(rest)

  defp plain_host_port(rest) do
    case :binary.split(rest, ":") do
      [host, port] -> {blank(host), port(port)}
      [host] -> {blank(host), nil}
    end
  end

  defp blank(""), do: nil
  defp blank(host), do: host

  defp port(text) do
    case Integer.parse(text) do
      {port, _} when port >= 0 -> port
      _ -> nil
    end
  end

  @doc "`{:ok, uri}`, or `{:error, text}` with the character at fault."
  def strict(string) do
    with true <- allowed?(string),
         {:ok, uri} <- checked(string) do
      {:ok, uri}
    else
      _ -> {:error, fault(string)}
    end
  end

  defp checked(string) do
    {scheme, rest} = scheme(string)
    {before, _fragment} = cut(rest, "#")
    {before, _query} = cut(before, "?")
    {authority, path} = authority(before)

    cond do
      scheme == nil and authority == nil and colon_in_first_segment?(path) -> :error
      authority != nil and not valid_authority?(authority) -> :error
      true -> {:ok, %{lenient(string) | authority: nil, path: if(path == "" and authority == nil, do: nil, else: blank_path(path))}}
    end
  end

  defp blank_path(""), do: nil
  defp blank_path(path), do: path

  defp colon_in_first_segment?(path), do: path |> String.split("/") |> hd() |> String.contains?(":")

  defp valid_authority?(authority) do
    host_port = authority |> String.split("@") |> List.last()

    case host_port do
      "[" <> rest ->
        case :binary.split(rest, "]") do
          [_, ""] -> true
          [_, ":" <> port] -> digits?(port)
          _ -> false
        end

      _ ->
        case :binary.split(host_port, ":") do
          [_host, port] -> digits?(port)
          [_host] -> true
        end
    end
  end

  defp digits?(text), do: for(<<char <- text>>, char not in ?0..?9, do: char) == []

  defp allowed?(string) do
    for(<<char <- string>>, not (URI.char_unescaped?(char) or char == ?%), do: char) == []
  end

  # Read as a relative reference, whose first segment has no colon.
  defp fault(string) do
    {first, rest} =
      case :binary.match(string, ["/", "?", "#"]) do
        {at, _} -> {binary_part(string, 0, at), binary_part(string, at, byte_size(string) - at)}
        :nomatch -> {string, ""}
      end

    bad_in_first = for <<char::utf8 <- first>>, char == ?: or not ok?(char), do: char
    bad_in_rest = for <<char::utf8 <- rest>>, not ok?(char), do: char

    case bad_in_first ++ bad_in_rest do
      [char | _] -> <<char::utf8>>
      [] -> ":"
    end
  end

  defp ok?(char), do: char < 128 and (URI.char_unescaped?(char) or char == ?%)

  ## Paths

  def merge_paths(nil, path), do: merge_paths("/", path)
  def merge_paths(_base, "/" <> _ = path), do: path

  def merge_paths(base, path) do
    [_last | front] = base |> String.split("/") |> :lists.reverse()
    :lists.reverse(front, [path]) |> Enum.join("/")
  end

  def remove_dots(path) do
    segments = String.split(path, "/")
    absolute? = hd(segments) == ""
    segments = if absolute?, do: tl(segments), else: segments
    resolved = dots(segments, [])
    if absolute?, do: "/" <> Enum.join(resolved, "/"), else: Enum.join(resolved, "/")
  end

  defp dots(["."], done), do: :lists.reverse(done, [""])
  defp dots([".."], []), do: [""]
  defp dots([".."], [_ | done]), do: :lists.reverse(done, [""])
  defp dots(["." | rest], done), do: dots(rest, done)
  defp dots([".." | rest], []), do: dots(rest, [])
  defp dots([".." | rest], [_ | done]), do: dots(rest, done)
  defp dots([segment | rest], done), do: dots(rest, [segment | done])
  defp dots([], done), do: :lists.reverse(done)
end
