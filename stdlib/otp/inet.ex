# Addresses, names, and what sockets have in common.
defmodule :inet do
  @moduledoc false

  # --- sockets ---------------------------------------------------------------------------------

  def setopts(socket, options) when :erlang.is_port(socket) and :erlang.is_list(options),
    do: :cordial_net.set(socket, options)

  def setopts(socket, _options) when :erlang.is_port(socket), do: {:error, :einval}

  def getopts(socket, names) when :erlang.is_port(socket) and :erlang.is_list(names),
    do: :cordial_net.get(socket, names)

  @counts [
    :recv_oct,
    :recv_cnt,
    :recv_max,
    :recv_avg,
    :recv_dvi,
    :send_oct,
    :send_cnt,
    :send_max,
    :send_avg,
    :send_pend
  ]

  def stats, do: @counts
  def getstat(socket), do: getstat(socket, @counts)

  def getstat(socket, counts) when :erlang.is_port(socket) and :erlang.is_list(counts),
    do: :cordial_net.statistics(socket, counts)

  def info(socket) when :erlang.is_port(socket) do
    case :erlang.port_info(socket) do
      :undefined ->
        %{states: [:closed]}

      items ->
        {_, _, states} = :cordial_net.kind(socket)

        %{
          owner: :proplists.get_value(:connected, items),
          links: :proplists.get_value(:links, items),
          monitors: [],
          input: :proplists.get_value(:input, items),
          output: :proplists.get_value(:output, items),
          memory: 0,
          counters: counters(getstat(socket)),
          states: states
        }
    end
  end

  defp counters({:ok, counts}), do: :maps.from_list(counts)
  defp counters(_), do: %{}

  def sockname(socket) when :erlang.is_port(socket), do: :cordial_net.sockname(socket)
  def peername(socket) when :erlang.is_port(socket), do: :cordial_net.peername(socket)
  def socknames(socket), do: several(sockname(socket))
  def peernames(socket), do: several(peername(socket))

  defp several({:ok, address}), do: {:ok, [address]}
  defp several(error), do: error

  def port(socket) do
    case sockname(socket) do
      {:ok, {:local, path}} -> {:ok, path}
      {:ok, {_, port}} -> {:ok, port}
      error -> error
    end
  end

  def close(socket) when :erlang.is_port(socket) do
    case :cordial_net.kind(socket) do
      {:stream, _, _} -> :gen_tcp.close(socket)
      _ -> :gen_udp.close(socket)
    end
  end

  def monitor(socket) when :erlang.is_port(socket), do: :erlang.monitor(:port, socket)
  def cancel_monitor(reference), do: :erlang.demonitor(reference, [:info])

  # --- names and addresses ---------------------------------------------------------------------

  def gethostname do
    case :cordial_file.read("/proc/sys/kernel/hostname") do
      {:ok, name} -> {:ok, :erlang.binary_to_list(first_label(:string.trim(name)))}
      _ -> {:ok, ~c"localhost"}
    end
  end

  defp first_label(name), do: :erlang.hd(:binary.split(name, "."))

  def getaddr(address, family) do
    case getaddrs(address, family) do
      {:ok, [address | _]} -> {:ok, address}
      error -> error
    end
  end

  def getaddrs(address, family)

  def getaddrs(address, family) when :erlang.is_tuple(address) do
    cond do
      family == :inet and is_ipv4_address(address) -> {:ok, [address]}
      family == :inet6 and is_ipv6_address(address) -> {:ok, [address]}
      is_ip_address(address) -> {:error, :eafnosupport}
      true -> {:error, :einval}
    end
  end

  def getaddrs(name, family) when :erlang.is_atom(name) or :erlang.is_list(name) do
    case literal(name, family) do
      {:ok, address} -> {:ok, [address]}
      _ -> look_up(name, family)
    end
  end

  def getaddrs(_, _), do: {:error, :einval}

  defp literal(name, family) do
    text = if :erlang.is_atom(name), do: :erlang.atom_to_list(name), else: name

    case family do
      :inet -> parse_ipv4_address(text)
      :inet6 -> parse_ipv6strict_address(text)
    end
  end

  defp look_up(name, family) do
    text = if :erlang.is_atom(name), do: :erlang.atom_to_binary(name), else: :unicode.characters_to_binary(name)
    size = if family == :inet6, do: 8, else: 4

    case :erlang.is_binary(text) and :cordial_net.resolve(text) do
      {:ok, found} ->
        case :lists.filter(fn a -> :erlang.tuple_size(a) == size end, :lists.uniq(found)) do
          [] -> {:error, :nxdomain}
          addresses -> {:ok, addresses}
        end

      false ->
        {:error, :einval}

      error ->
        error
    end
  end

  def gethostbyname(name), do: gethostbyname(name, :inet)
  def gethostbyname(name, family, _timeout), do: gethostbyname(name, family)

  def gethostbyname(address, _) when :erlang.is_tuple(address), do: {:error, :einval}

  def gethostbyname(name, family) when family in [:inet, :inet6] do
    case getaddrs(name, family) do
      {:ok, addresses} -> {:ok, host(host_name(name), family, addresses)}
      error -> error
    end
  end

  defp host_name(name) when :erlang.is_atom(name), do: :erlang.atom_to_list(name)
  defp host_name(name), do: name

  defp host(name, family, addresses) do
    size = if family == :inet6, do: 16, else: 4
    {:hostent, name, [], family, size, addresses}
  end

  # The names that the machine's own table has for an address.
  def gethostbyaddr(address) do
    with {:ok, ip} <- address(address), {:ok, table} <- :cordial_file.read("/etc/hosts") do
      text = :erlang.list_to_binary(ntoa(ip))

      names =
        for line <- :binary.split(table, "\n", [:global]),
            [first | names] <- [words(line)],
            first == text,
            name <- names,
            do: :erlang.binary_to_list(name)

      family = if :erlang.tuple_size(ip) == 8, do: :inet6, else: :inet

      case :lists.reverse(names) do
        [] -> {:error, :nxdomain}
        [name | _] -> {:ok, host(name, family, [ip])}
      end
    else
      {:error, :einval} -> {:error, :einval}
      _ -> {:error, :nxdomain}
    end
  end

  defp address(address) when :erlang.is_tuple(address),
    do: if(is_ip_address(address), do: {:ok, address}, else: {:error, :einval})

  defp address(text), do: parse_address(text)

  defp words(line) do
    [line | _] = :binary.split(line, "#")
    for word <- :binary.split(line, [" ", "\t"], [:global]), word != "", do: word
  end

  # The services that /etc/services names.
  def getservbyname(name, protocol), do: service(fn n, p, _ -> n == to_name(name) and p == to_name(protocol) end, 1)
  def getservbyport(port, protocol), do: service(fn _, p, at -> at == port and p == to_name(protocol) end, 0)

  defp to_name(name) when :erlang.is_atom(name), do: :erlang.atom_to_binary(name)
  defp to_name(name), do: :unicode.characters_to_binary(name)

  defp service(wanted, give) do
    case :cordial_file.read("/etc/services") do
      {:ok, table} ->
        found =
          for line <- :binary.split(table, "\n", [:global]),
              [name, place | _] <- [words(line)],
              [port, protocol] <- [:binary.split(place, "/")],
              port = :erlang.binary_to_integer(port),
              wanted.(name, protocol, port),
              do: if(give == 1, do: port, else: :erlang.binary_to_list(name))

        case found do
          [first | _] -> {:ok, first}
          [] -> {:error, :einval}
        end

      _ ->
        {:error, :einval}
    end
  end

  def getifaddrs, do: :cordial_net.interfaces()
  def getifaddrs(_options), do: getifaddrs()

  def getiflist do
    case getifaddrs() do
      {:ok, all} -> {:ok, for({name, _} <- all, do: name)}
      error -> error
    end
  end

  # --- addresses as text -----------------------------------------------------------------------

  def is_ip_address(address), do: is_ipv4_address(address) or is_ipv6_address(address)

  def is_ipv4_address(address) when :erlang.tuple_size(address) == 4, do: all_within(address, 255)
  def is_ipv4_address(_), do: false

  def is_ipv6_address(address) when :erlang.tuple_size(address) == 8, do: all_within(address, 65535)
  def is_ipv6_address(_), do: false

  defp all_within(address, most) do
    :lists.all(fn n -> :erlang.is_integer(n) and n >= 0 and n <= most end, :erlang.tuple_to_list(address))
  end

  def ipv4_mapped_ipv6_address({a, b, c, d}), do: {0, 0, 0, 0, 0, 0xFFFF, a * 256 + b, c * 256 + d}

  def ipv4_mapped_ipv6_address({0, 0, 0, 0, 0, 0xFFFF, high, low}),
    do: {:erlang.div(high, 256), :erlang.rem(high, 256), :erlang.div(low, 256), :erlang.rem(low, 256)}

  def ntoa({:local, path}), do: :unicode.characters_to_list(path)

  def ntoa(address) do
    cond do
      is_ipv4_address(address) -> joined(".", for(n <- :erlang.tuple_to_list(address), do: :erlang.integer_to_list(n)))
      is_ipv6_address(address) -> six(address)
      true -> {:error, :einval}
    end
  end

  defp joined(between, parts), do: :lists.flatten(:lists.join(:erlang.binary_to_list(between), parts))

  # The last two of these are written as an IPv4 address.
  defp six({0, 0, 0, 0, 0, 0xFFFF, high, low}), do: ~c"::ffff:" ++ four(high, low)
  defp six({0, 0, 0, 0, 0, 0, high, low}) when high > 0 or low > 1, do: ~c"::" ++ four(high, low)

  defp six(address) do
    groups = :erlang.tuple_to_list(address)

    # The longest run of zeros is written as two colons.
    case longest(groups, 0, {0, 0}) do
      {_, n} when n < 2 ->
        hex(groups)

      {at, n} ->
        {before, rest} = :lists.split(at, groups)
        hex(before) ++ ~c"::" ++ hex(:lists.nthtail(n, rest))
    end
  end

  defp four(high, low),
    do: ntoa({:erlang.div(high, 256), :erlang.rem(high, 256), :erlang.div(low, 256), :erlang.rem(low, 256)})

  defp hex(groups) do
    joined(":", for(group <- groups, do: :string.lowercase(:erlang.integer_to_list(group, 16))))
  end

  defp longest([], _at, best), do: best

  defp longest([0 | _] = groups, at, {_, most} = best) do
    run = :erlang.length(:lists.takewhile(fn g -> g == 0 end, groups))
    best = if run > most, do: {at, run}, else: best
    longest(:lists.nthtail(run, groups), at + run, best)
  end

  defp longest([_ | rest], at, best), do: longest(rest, at + 1, best)

  def parse_address(text), do: either(parse_ipv4_address(text), text)
  def parse_strict_address(text), do: either(parse_ipv4strict_address(text), text)

  defp either({:ok, _} = ok, _), do: ok
  defp either(_, text), do: parse_ipv6strict_address(text)

  # Up to four numbers, decimal, octal or hexadecimal, of which the last fills what is left.
  def parse_ipv4_address(text) do
    numbers = for part <- parts(text), do: number(part)
    last = 5 - :erlang.length(numbers)

    with true <- last in 1..4 and not :lists.member(:error, numbers),
         {bytes, [rest]} <- :lists.split(4 - last, numbers),
         true <- :lists.all(fn n -> n <= 255 end, bytes) and rest < :erlang.bsl(1, 8 * last) do
      <<a, b, c, d>> = <<:erlang.list_to_binary(bytes)::binary, rest::size(last * 8)>>
      {:ok, {a, b, c, d}}
    else
      _ -> {:error, :einval}
    end
  end

  def parse_ipv4strict_address(text) do
    case for part <- parts(text), do: byte(part) do
      [a, b, c, d] = bytes -> if :lists.member(:error, bytes), do: {:error, :einval}, else: {:ok, {a, b, c, d}}
      _ -> {:error, :einval}
    end
  end

  defp parts(text), do: :binary.split(bytes(text), ".", [:global])

  defp bytes(text) when :erlang.is_binary(text), do: text

  # What is not text is no address either.
  defp bytes(text) do
    :erlang.iolist_to_binary(text)
  catch
    :error, _ -> "?"
  end

  defp number(<<"0", x, digits::binary>>) when x in ~c"xX", do: digits(digits, 16)
  defp number(<<"0", digits::binary>>) when digits != "", do: digits(digits, 8)
  defp number(digits), do: digits(digits, 10)

  defp byte("0"), do: 0
  defp byte(<<"0", _::binary>>), do: :error

  defp byte(digits) do
    case digits(digits, 10) do
      n when :erlang.is_integer(n) and n <= 255 -> n
      _ -> :error
    end
  end

  # No sign stands before the digits.
  defp digits(<<first, _::binary>> = text, base) when first not in ~c"+-" do
    :erlang.binary_to_integer(text, base)
  catch
    :error, _ -> :error
  end

  defp digits(_, _), do: :error

  def parse_ipv6_address(text) do
    case parse_ipv6strict_address(text) do
      {:ok, _} = ok ->
        ok

      error ->
        case parse_ipv4_address(text) do
          {:ok, address} -> {:ok, ipv4_mapped_ipv6_address(address)}
          _ -> error
        end
    end
  end

  def parse_ipv6strict_address(text) do
    # A zone may follow.
    [text | _] = :binary.split(bytes(text), "%")

    case :binary.split(text, "::", [:global]) do
      [one] -> whole(groups(one))
      [left, right] -> with_gap(groups(left), groups(right))
      _ -> {:error, :einval}
    end
  end

  defp groups(""), do: []
  defp groups(text), do: :lists.flatmap(&group/1, ends(:binary.split(text, ":", [:global])))

  # An IPv4 address may stand at the end.
  defp ends([last]), do: [{:last, last}]
  defp ends([part | rest]), do: [part | ends(rest)]

  defp group({:last, part}) do
    case parse_ipv4strict_address(part) do
      {:ok, {a, b, c, d}} -> [a * 256 + b, c * 256 + d]
      _ -> group(part)
    end
  end

  defp group(part) when :erlang.byte_size(part) in 1..4, do: [digits(part, 16)]
  defp group(_), do: [:error]

  defp whole(groups) do
    case :erlang.length(groups) == 8 and not :lists.member(:error, groups) do
      true -> {:ok, :erlang.list_to_tuple(groups)}
      false -> {:error, :einval}
    end
  end

  defp with_gap(left, right) do
    missing = 8 - :erlang.length(left) - :erlang.length(right)
    if missing > 0, do: whole(left ++ :lists.duplicate(missing, 0) ++ right), else: {:error, :einval}
  end

  # --- errors ----------------------------------------------------------------------------------

  @errors %{
    nxdomain: "non-existing domain",
    exbadport: "invalid port state",
    exbadseq: "bad command sequence",
    system_limit: "a system limit was hit, probably not enough ports",
    eaddrinuse: "address already in use",
    eaddrnotavail: "can't assign requested address",
    eafnosupport: "address family not supported by protocol family",
    ealready: "operation already in progress",
    econnaborted: "software caused connection abort",
    econnrefused: "connection refused",
    econnreset: "connection reset by peer",
    edestaddrreq: "destination address required",
    ehostdown: "host is down",
    ehostunreach: "host is unreachable",
    einprogress: "operation now in progress",
    eisconn: "socket is already connected",
    emsgsize: "message too long",
    enetdown: "network is down",
    enetunreach: "network is unreachable",
    enobufs: "no buffer space available",
    # As Elixir's tools print it.
    enoprotoopt: "bad proocol option",
    enotconn: "socket is not connected",
    enotsock: "socket operation on non-socket",
    eopnotsupp: "operation not supported on socket",
    eprotonosupport: "protocol not supported",
    eprototype: "protocol wrong type for socket",
    eshutdown: "can't send after socket shutdown",
    etimedout: "connection timed out"
  }

  def format_error(reason) when :erlang.is_atom(reason) do
    case @errors do
      %{^reason => text} -> :erlang.binary_to_list(text)
      _ -> of_files(reason, :file.format_error(reason))
    end
  end

  defp of_files(reason, text) when text == ~c"unknown POSIX error" or reason in [:badarg, :terminated],
    do: ~c"unknown POSIX error: " ++ :erlang.atom_to_list(reason)

  defp of_files(_reason, text), do: text
end
