# `:inet` without sockets: addresses as text and back, errors in words.
for s <- [
      "127.0.0.1",
      "127.1",
      "1",
      "0x7f.1",
      "010.0.0.1",
      "256.0.0.1",
      "1.2.3.4.5",
      "1.2.3.",
      "",
      " 1.2.3.4",
      "1.2.65535",
      "::",
      "::1",
      "1::",
      "fe80::1%eth0",
      "fe80::1%1",
      "1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7",
      "::ffff:1.2.3.4",
      "::1.2.3.4",
      "1:2:3:4:5:6:1.2.3.4",
      "12345::",
      "g::",
      "1::2::3",
      "1:2:3:4:5:6:7::",
      "::2:3:4:5:6:7:8",
      ":::",
      "FE80::AbC",
      "1.2.3.4:5",
      "0",
      "4294967295",
      "4294967296",
      "1.16777216",
      "::ffff:256.0.0.1",
      "abc"
    ] do
  c = String.to_charlist(s)

  IO.inspect(
    {s, :inet.parse_address(c), :inet.parse_strict_address(c), :inet.parse_ipv4_address(c),
     :inet.parse_ipv4strict_address(c), :inet.parse_ipv6_address(c), :inet.parse_ipv6strict_address(c)},
    width: 200
  )
end

for a <- [
      {127, 0, 0, 1},
      {0, 0, 0, 0, 0, 0, 0, 0},
      {0, 0, 0, 0, 0, 0, 0, 1},
      {1, 0, 0, 0, 0, 0, 0, 0},
      {0xFE80, 0, 0, 0, 1, 0, 0, 0xAB},
      {1, 0, 0, 2, 0, 0, 0, 3},
      {1, 0, 2, 0, 3, 0, 4, 0},
      {1, 0, 2, 3, 4, 5, 6, 7},
      {0, 0, 0, 0, 0, 0xFFFF, 0x102, 0x304},
      {0, 0, 0, 0, 0, 0, 0x102, 0x304},
      {0, 0, 0, 0, 0, 0, 0, 0x304},
      {0, 0, 0, 0, 0, 0, 1, 0},
      {1, 2, 3, 4, 5, 6, 7, 8},
      {1, 0, 0, 2, 3, 0, 0, 4},
      {0, 0, 1, 2, 3, 4, 5, 6},
      {1, 2, 3, 4, 5, 6, 0, 0},
      {256, 0, 0, 1},
      {1, 2, 3},
      :foo,
      ~c"1.2.3.4",
      {0, 1, 2, 3, 4, 5, 6, 7},
      {0, 0, 0, 0, 1, 0, 0, 0},
      {0x64, 0xFF9B, 0, 0, 0, 0, 0x102, 0x304}
    ] do
  IO.inspect(
    {a,
     try do
       :inet.ntoa(a)
     catch
       x, y -> {x, y}
     end}
  )
end

for e <-
      ~w(closed timeout econnrefused eaddrinuse nxdomain einval enotconn emsgsize eafnosupport ehostunreach enetunreach econnreset econnaborted etimedout epipe ealready eisconn eaddrnotavail eacces enoent exbadport exbadseq foo not_owner formerr qfmterror system_limit badarg ebadf enomem eagain einprogress eperm enotsock eprotonosupport eprototype eopnotsupp edestaddrreq enoprotoopt enobufs eshutdown enetdown ehostdown)a,
    do: IO.inspect({e, :inet.format_error(e)})

IO.inspect(
  {:inet.is_ip_address({1, 2, 3, 4}), :inet.is_ipv4_address({1, 2, 3, 400}),
   :inet.is_ipv6_address({1, 2, 3, 4, 5, 6, 7, 8}), :inet.is_ip_address(:a),
   :inet.ipv4_mapped_ipv6_address({1, 2, 3, 4}), :inet.ipv4_mapped_ipv6_address({0, 0, 0, 0, 0, 0xFFFF, 0x102, 0x304}),
   :inet.ntoa({1, 2, 3, 4})}
)

IO.inspect(:inet.getaddr({1, 2, 3, 4}, :inet))
IO.inspect(:inet.getaddr({1, 2, 3, 4}, :inet6))
IO.inspect(:inet.getaddr({1, 2, 3}, :inet))
IO.inspect(:inet.getaddr(~c"127.0.0.1", :inet))
IO.inspect(:inet.getaddr(:"127.0.0.1", :inet))
IO.inspect(:inet.getaddrs(~c"::1", :inet6))
IO.inspect(:inet.getaddr("127.0.0.1", :inet))
IO.inspect(:inet.gethostbyname(~c"127.0.0.1"))
IO.inspect(:inet.gethostbyname(~c"::1", :inet6))
IO.inspect(:inet.gethostbyname({1, 2, 3, 4}))
IO.inspect(:inet.gethostbyaddr(~c"no address"))
{:ok, interfaces} = :inet.getifaddrs()
{_, loopback} = Enum.find(interfaces, fn {name, _} -> name == ~c"lo" end)
IO.inspect({:loopback in loopback[:flags], loopback[:addr], loopback[:netmask]})
IO.inspect(match?({:ok, [_ | _]}, :inet.gethostname()))
