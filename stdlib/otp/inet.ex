# Addresses and what sockets have in common.
defmodule :inet do
  @moduledoc false

  # Options in one shape: {:mode, :binary | :list} for :binary and :list, the rest as it is.
  def normal(options) do
    :lists.map(
      fn
        :binary -> {:mode, :binary}
        :list -> {:mode, :list}
        {:packet, :raw} -> {:packet, 0}
        other -> other
      end,
      options
    )
  end

  def to_address(:any), do: {0, 0, 0, 0}
  def to_address(:loopback), do: {127, 0, 0, 1}
  def to_address(address) when :erlang.is_tuple(address), do: address

  def to_address(name) do
    case getaddr(name, :inet) do
      {:ok, address} -> address
      _ -> {0, 0, 0, 0}
    end
  end

  def getaddr(:loopback, :inet6), do: {:ok, {0, 0, 0, 0, 0, 0, 0, 1}}
  def getaddr(:loopback, _family), do: {:ok, {127, 0, 0, 1}}
  def getaddr(:any, _family), do: {:ok, {0, 0, 0, 0}}
  def getaddr(address, _family) when :erlang.is_tuple(address), do: {:ok, address}

  def getaddr(name, family) do
    case getaddrs(name, family) do
      {:ok, [address | _]} -> {:ok, address}
      error -> error
    end
  end

  def getaddrs(name, family) do
    size = if family == :inet6, do: 8, else: 4

    case :cordial_net.resolve(text(name)) do
      {:ok, found} ->
        case :lists.filter(fn a -> :erlang.tuple_size(a) == size end, :lists.uniq(found)) do
          [] -> {:error, :nxdomain}
          addresses -> {:ok, addresses}
        end

      error ->
        error
    end
  end

  defp text(name) when :erlang.is_atom(name), do: :erlang.atom_to_binary(name)
  defp text(name) when :erlang.is_list(name), do: :unicode.characters_to_binary(name)
  defp text(name), do: name

  def gethostname do
    case :cordial_file.read("/etc/hostname") do
      {:ok, name} -> {:ok, :erlang.binary_to_list(:string.trim(name))}
      _ -> {:ok, ~c"localhost"}
    end
  end

  def port(socket) do
    case sockname(socket) do
      {:ok, {_, port}} -> {:ok, port}
      error -> error
    end
  end

  def sockname({:"$inet", _, {_, handle}}), do: einval(:cordial_net.sockname(handle))
  def peername({:"$inet", _, {_, handle}}), do: einval(:cordial_net.peername(handle))

  defp einval({:error, :closed}), do: {:error, :einval}
  defp einval(other), do: other

  def setopts({:"$inet", _, {pid, handle}}, options) do
    case :proplists.get_value(:nodelay, options) do
      :undefined -> :ok
      flag -> :cordial_net.nodelay(handle, flag)
    end

    case :gen_tcp.ask(pid, {:setopts, options}) do
      {:error, :closed} -> {:error, :einval}
      reply -> reply
    end
  end

  def getopts({:"$inet", _, {pid, _}}, names) do
    case :gen_tcp.ask(pid, :options) do
      {:ok, options} ->
        {:ok, for(name <- names, name != :undefined, do: {name, :proplists.get_value(name, options, default(name))})}

      _ ->
        {:error, :einval}
    end
  end

  defp default(:active), do: true
  defp default(:packet), do: 0
  defp default(:mode), do: :list
  defp default(_), do: false

  def close({:"$inet", mod, _} = socket), do: mod.close(socket)

  def ntoa({a, b, c, d}) do
    :lists.flatten(:lists.join(~c".", :lists.map(&:erlang.integer_to_list/1, [a, b, c, d])))
  end

  def ntoa(address) when :erlang.tuple_size(address) == 8 do
    groups = :erlang.tuple_to_list(address)

    # The longest run of zeros is written as two colons.
    case longest(groups, 0, 0, {0, 0}) do
      {_, n} when n < 2 ->
        hex(groups)

      {at, n} ->
        {before, rest} = :lists.split(at, groups)
        :lists.flatten([hex(before), ~c"::", hex(:lists.nthtail(n, rest))])
    end
  end

  def ntoa(_), do: {:error, :einval}

  defp hex(groups) do
    :lists.flatten(
      :lists.join(~c":", :lists.map(fn g -> :string.lowercase(:erlang.integer_to_list(g, 16)) end, groups))
    )
  end

  defp longest([], _at, _n, best), do: best

  defp longest([0 | _] = groups, at, _n, {_, most} = best) do
    run = :erlang.length(:lists.takewhile(fn g -> g == 0 end, groups))
    best = if run > most, do: {at, run}, else: best
    longest(:lists.nthtail(run, groups), at + run, 0, best)
  end

  defp longest([_ | rest], at, n, best), do: longest(rest, at + 1, n, best)

  def parse_address(text) do
    case parse_ipv4_address(text) do
      {:ok, _} = ok -> ok
      _ -> parse_ipv6_address(text)
    end
  end

  def parse_strict_address(text), do: parse_address(text)
  def parse_ipv4strict_address(text), do: parse_ipv4_address(text)

  def parse_ipv4_address(text) do
    parts = :string.split(text(text), ".", :all)

    numbers =
      for part <- parts do
        case :string.to_integer(part) do
          {n, ""} when n >= 0 and n <= 255 -> n
          _ -> :error
        end
      end

    case :erlang.length(numbers) == 4 and not :lists.member(:error, numbers) do
      true -> {:ok, :erlang.list_to_tuple(numbers)}
      false -> {:error, :einval}
    end
  end

  def parse_ipv6_address(text) do
    case :string.split(text(text), "::", :all) do
      [one] -> whole(groups(one))
      [left, right] -> joined(groups(left), groups(right))
      _ -> {:error, :einval}
    end
  end

  defp groups(""), do: []

  defp groups(text) do
    for part <- :string.split(text, ":", :all) do
      try do
        n = :erlang.binary_to_integer(part, 16)
        if n >= 0 and n <= 0xFFFF, do: n, else: :error
      catch
        :error, _ -> :error
      end
    end
  end

  defp whole(groups) do
    case :erlang.length(groups) == 8 and not :lists.member(:error, groups) do
      true -> {:ok, :erlang.list_to_tuple(groups)}
      false -> {:error, :einval}
    end
  end

  defp joined(left, right) do
    missing = 8 - :erlang.length(left) - :erlang.length(right)
    if missing > 0, do: whole(left ++ :lists.duplicate(missing, 0) ++ right), else: {:error, :einval}
  end

  def format_error(:closed), do: ~c"connection closed"
  def format_error(:timeout), do: ~c"connection timed out"
  def format_error(:econnrefused), do: ~c"connection refused"
  def format_error(:eaddrinuse), do: ~c"address already in use"
  def format_error(:nxdomain), do: ~c"non-existing domain"
  def format_error(:ehostunreach), do: ~c"no route to host"
  def format_error(:econnreset), do: ~c"connection reset by peer"
  def format_error(reason), do: :file.format_error(reason)
end
