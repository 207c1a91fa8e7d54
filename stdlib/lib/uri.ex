defmodule URI do
  @moduledoc "Uniform resource identifiers, after RFC 3986."

  defstruct [:scheme, :authority, :userinfo, :host, :port, :path, :query, :fragment]

  @type t :: %__MODULE__{
          scheme: nil | binary,
          userinfo: nil | binary,
          host: nil | binary,
          port: nil | :inet.port_number(),
          path: nil | binary,
          query: nil | binary,
          fragment: nil | binary
        }

  defguardp is_digit(char) when char >= ?0 and char <= ?9
  defguardp is_letter(char) when (char >= ?a and char <= ?z) or (char >= ?A and char <= ?Z)

  @reserved ~c":/?#[]@!$&\'()*+,;="

  @doc "The usual port of a scheme, or `nil`."
  @spec default_port(binary) :: nil | non_neg_integer
  def default_port(scheme) when is_binary(scheme) do
    case :persistent_term.get({__MODULE__, :ports}, %{}) do
      %{^scheme => port} -> port
      _ -> __known_port__(scheme)
    end
  end

  @doc false
  def __known_port__(scheme)
  def __known_port__("ftp"), do: 21
  def __known_port__("http"), do: 80
  def __known_port__("https"), do: 443
  def __known_port__("ldap"), do: 389
  def __known_port__("sftp"), do: 22
  def __known_port__("tftp"), do: 69
  def __known_port__("ws"), do: 80
  def __known_port__("wss"), do: 443
  def __known_port__(_scheme), do: nil

  @doc "Sets the usual port of a scheme."
  @spec default_port(binary, non_neg_integer) :: :ok
  def default_port(scheme, port) when is_binary(scheme) and is_integer(port) and port >= 0 do
    ports = :persistent_term.get({__MODULE__, :ports}, %{})
    :persistent_term.put({__MODULE__, :ports}, Map.put(ports, scheme, port))
  end

  ## Queries

  @doc "Pairs as a query string."
  @spec encode_query(Enumerable.t(), :rfc3986 | :www_form) :: binary
  def encode_query(enumerable, encoding \\ :www_form) do
    Enum.map_join(enumerable, "&", &encode_pair(&1, encoding))
  end

  defp encode_pair({key, _value}, _encoding) when is_list(key) do
    raise ArgumentError, "encode_query/2 keys cannot be lists, got: #{inspect(key)}"
  end

  defp encode_pair({_key, value}, _encoding) when is_list(value) do
    raise ArgumentError, "encode_query/2 values cannot be lists, got: #{inspect(value)}"
  end

  defp encode_pair({key, value}, :rfc3986) do
    encode(Kernel.to_string(key), &char_unreserved?/1) <> "=" <> encode(Kernel.to_string(value), &char_unreserved?/1)
  end

  defp encode_pair({key, value}, :www_form) do
    encode_www_form(Kernel.to_string(key)) <> "=" <> encode_www_form(Kernel.to_string(value))
  end

  @doc "A query string as a map, over `map`."
  @spec decode_query(binary, %{optional(binary) => binary}, :rfc3986 | :www_form) :: map
  def decode_query(query, map \\ %{}, encoding \\ :www_form)

  def decode_query(query, %_{} = dict, encoding) when is_binary(query) do
    IO.warn("URI.decode_query/3 expects the second argument to be a map, other usage is deprecated")
    query |> query_decoder(encoding) |> Enum.reduce(dict, fn {key, value}, acc -> Map.put(acc, key, value) end)
  end

  def decode_query(query, map, encoding) when is_binary(query) and is_map(map) do
    query |> query_decoder(encoding) |> Enum.reduce(map, fn {key, value}, acc -> Map.put(acc, key, value) end)
  end

  @doc "A lazy stream of the pairs of a query string."
  @spec query_decoder(binary, :rfc3986 | :www_form) :: Enumerable.t()
  def query_decoder(query, encoding \\ :www_form) when is_binary(query) do
    Stream.unfold(query, &next_pair(&1, encoding))
  end

  defp next_pair("", _encoding), do: nil

  defp next_pair(query, encoding) do
    [pair | rest] = :binary.split(query, "&")
    [key | value] = :binary.split(pair, "=")
    {{decode_with(key, encoding), value |> IO.iodata_to_binary() |> decode_with(encoding)}, IO.iodata_to_binary(rest)}
  end

  defp decode_with(text, :www_form), do: decode_www_form(text)
  defp decode_with(text, :rfc3986), do: decode(text)

  ## Characters

  @doc "Whether the character has a meaning of its own."
  @spec char_reserved?(byte) :: boolean
  def char_reserved?(character), do: character in @reserved

  @doc "Whether the character never needs an escape."
  @spec char_unreserved?(byte) :: boolean
  def char_unreserved?(character) do
    is_digit(character) or is_letter(character) or character in ~c"~_-."
  end

  @doc "Whether the character may stand in an URI as it is."
  @spec char_unescaped?(byte) :: boolean
  def char_unescaped?(character), do: char_reserved?(character) or char_unreserved?(character)

  @doc "Escapes the characters for which `predicate` is falsy."
  @spec encode(binary, (byte -> as_boolean(term))) :: binary
  def encode(string, predicate \\ &char_unescaped?/1) when is_binary(string) and is_function(predicate, 1) do
    for <<byte <- string>>, into: "", do: if(predicate.(byte), do: <<byte>>, else: percent(byte))
  end

  @doc "Escapes as HTML forms do: a space becomes `+`."
  @spec encode_www_form(binary) :: binary
  def encode_www_form(string) when is_binary(string) do
    for <<byte <- string>>, into: "" do
      cond do
        byte == ?\s -> "+"
        char_unreserved?(byte) -> <<byte>>
        true -> percent(byte)
      end
    end
  end

  defp percent(byte), do: <<?%, hex(:erlang.bsr(byte, 4)), hex(:erlang.band(byte, 15))>>
  defp hex(n) when n <= 9, do: n + ?0
  defp hex(n), do: n + ?A - 10

  @doc "Undoes `encode/2`."
  @spec decode(binary) :: binary
  def decode(uri) when is_binary(uri), do: unpercent(uri, "", false)

  @doc "Undoes `encode_www_form/1`."
  @spec decode_www_form(binary) :: binary
  def decode_www_form(string) when is_binary(string), do: unpercent(string, "", true)

  defp unpercent(<<?+, rest::binary>>, acc, true), do: unpercent(rest, <<acc::binary, ?\s>>, true)

  defp unpercent(<<?%, high, low, rest::binary>>, acc, spaces?) do
    with h when is_integer(h) <- digit(high), l when is_integer(l) <- digit(low) do
      unpercent(rest, <<acc::binary, h * 16 + l>>, spaces?)
    else
      _ -> unpercent(<<high, low, rest::binary>>, <<acc::binary, ?%>>, spaces?)
    end
  end

  defp unpercent(<<byte, rest::binary>>, acc, spaces?), do: unpercent(rest, <<acc::binary, byte>>, spaces?)
  defp unpercent(<<>>, acc, _spaces?), do: acc

  defp digit(char) when char in ?0..?9, do: char - ?0
  defp digit(char) when char in ?a..?f, do: char - ?a + 10
  defp digit(char) when char in ?A..?F, do: char - ?A + 10
  defp digit(_char), do: nil

  ## Parsing

  @doc "Parses and checks an URI."
  @spec new(t | String.t()) :: {:ok, t} | {:error, String.t()}
  def new(%URI{} = uri), do: {:ok, uri}
  def new(uri) when is_binary(uri), do: URI.Parser.strict(uri)

  @doc "`new/1` that raises `URI.Error`."
  @spec new!(t | String.t()) :: t
  def new!(%URI{} = uri), do: uri

  def new!(uri) when is_binary(uri) do
    case new(uri) do
      {:ok, uri} -> uri
      {:error, part} -> raise URI.Error, action: :parse, reason: :invalid_uri, part: part
    end
  end

  @doc "Takes an URI apart without checking it."
  @spec parse(t | binary) :: t
  def parse(%URI{} = uri), do: uri
  def parse(string) when is_binary(string), do: URI.Parser.lenient(string)

  @doc "The text of an URI."
  @spec to_string(t) :: binary
  defdelegate to_string(uri), to: String.Chars.URI

  @doc "A reference taken relative to an absolute URI."
  @spec merge(t | binary, t | binary) :: t
  def merge(uri, rel)

  def merge(%URI{} = base, %URI{} = reference) do
    cond do
      base.host == nil ->
        raise ArgumentError, "you must merge onto an absolute URI"

      reference.scheme != nil ->
        clean(reference)

      reference.authority != nil or reference.host != nil ->
        clean(%{reference | scheme: base.scheme})

      reference.path == nil ->
        %{base | query: reference.query || base.query, fragment: reference.fragment}

      true ->
        path = base.path |> URI.Parser.merge_paths(reference.path) |> URI.Parser.remove_dots()
        %{base | path: path, query: reference.query, fragment: reference.fragment}
    end
  end

  def merge(base, reference), do: merge(parsed(base), parsed(reference))

  defp parsed(%URI{} = uri), do: uri
  defp parsed(text), do: parse(text)

  defp clean(%URI{path: nil} = uri), do: uri
  defp clean(%URI{path: path} = uri), do: %{uri | path: URI.Parser.remove_dots(path)}

  @doc "Appends a query."
  @spec append_query(t, binary) :: t
  def append_query(%URI{} = uri, query) when is_binary(query) and uri.query in [nil, ""], do: %{uri | query: query}

  def append_query(%URI{} = uri, query) when is_binary(query) do
    separator = if String.ends_with?(uri.query, "&"), do: "", else: "&"
    %{uri | query: uri.query <> separator <> query}
  end

  @doc "Appends a path that begins with a slash."
  @spec append_path(t, String.t()) :: t
  def append_path(%URI{}, "//" <> _ = path) do
    raise ArgumentError, ~s|path cannot start with "//", got: #{inspect(path)}|
  end

  def append_path(%URI{path: path} = uri, "/" <> rest = all) do
    cond do
      path == nil -> %{uri | path: all}
      path != "" and :binary.last(path) == ?/ -> %{uri | path: path <> rest}
      true -> %{uri | path: path <> all}
    end
  end

  def append_path(%URI{}, path) when is_binary(path) do
    raise ArgumentError, ~s|path must start with "/", got: #{inspect(path)}|
  end
end

defmodule URI.Error do
  @moduledoc "An URI that cannot be read."
  defexception [:action, :reason, :part]

  @impl true
  def message(%URI.Error{action: action, reason: reason, part: part}) do
    "cannot #{action} due to reason #{reason}: #{inspect(part)}"
  end
end

defimpl String.Chars, for: URI do
  def to_string(%{host: host, path: path} = uri)
      when host != nil and is_binary(path) and path != "" and binary_part(path, 0, 1) != "/" do
    raise ArgumentError,
          ":path in URI must be empty or an absolute path if URL has a :host, got: #{inspect(uri)}"
  end

  def to_string(%{scheme: scheme, port: port, path: path, query: query, fragment: fragment} = uri) do
    authority = authority(uri, scheme, port)

    IO.iodata_to_binary([
      if(scheme, do: [scheme, ?:], else: []),
      if(authority, do: ["//" | authority], else: []),
      if(path, do: path, else: []),
      if(query, do: [?? | query], else: []),
      if(fragment, do: [?# | fragment], else: [])
    ])
  end

  # The deprecated authority speaks only where there is no host.
  defp authority(%{host: nil, authority: authority}, _scheme, _port), do: authority

  defp authority(%{host: host, userinfo: userinfo}, scheme, port) do
    [
      if(userinfo, do: [userinfo, ?@], else: []),
      if(String.contains?(host, ":"), do: ["[", host, "]"], else: host),
      if(port && (scheme == nil or URI.default_port(scheme) != port), do: [?: | Integer.to_string(port)], else: [])
    ]
  end
end

defimpl Inspect, for: URI do
  def inspect(uri, opts), do: Inspect.Derived.optional(uri, [:authority], opts)
end
