# `:erlang.decode_packet/3`: every kind of packet, whole and in part.
names =
  ~w(Cache-Control Connection Date Pragma Transfer-Encoding Upgrade Via Accept Accept-Charset Accept-Encoding Accept-Language Authorization From Host If-Modified-Since If-Match If-None-Match If-Range If-Unmodified-Since Max-Forwards Proxy-Authorization Range Referer User-Agent Age Location Proxy-Authenticate Public Retry-After Server Vary Warning Www-Authenticate Allow Content-Base Content-Encoding Content-Language Content-Length Content-Location Content-Md5 Content-Range Content-Type Etag Expires Last-Modified Accept-Ranges Set-Cookie Set-Cookie2 X-Forwarded-For Cookie Keep-Alive Proxy-Connection Foo-bar x-very-long-header-name-of-mine x-twenty-chars-abcde x-nineteen-chars-abc x-20 te)

for n <- names do
  {:ok, h, _} = :erlang.decode_packet(:httph_bin, n <> ": v\r\n\r\n", [])
  {:ok, h2, _} = :erlang.decode_packet(:httph, String.downcase(n) <> ":   v w  \r\n\r\n", [])
  IO.inspect({h, h2})
end

d = fn t, b, o ->
  IO.inspect(
    {t, b,
     try do
       :erlang.decode_packet(t, b, o)
     catch
       a, c -> {a, c}
     end}
  )
end

for t <- [:http, :http_bin],
    l <- [
      "GET / HTTP/1.1\r\nH",
      "GET / HTTP/1.0\n",
      "POST /a?b HTTP/1.1\r\n",
      "PATCH * HTTP/1.1\r\n",
      "CONNECT host:80 HTTP/1.1\r\n",
      "GET http://a.b/c HTTP/1.1\r\n",
      "GET http://a.b:81/c HTTP/1.1\r\n",
      "GET https://a.b HTTP/1.1\r\n",
      "GET ftp://x/y HTTP/1.1\r\n",
      "GET foo:bar HTTP/1.1\r\n",
      "GET foo HTTP/1.1\r\n",
      "GET /\r\n",
      "GET\r\n",
      "\r\n",
      "\r\n\r\nGET / HTTP/1.1\r\n",
      "HTTP/1.1 200 OK\r\n",
      "HTTP/1.1 404 Not Found\r\n",
      "HTTP/1.0 200\r\n",
      "HTTP/1.1 200  \r\n",
      "HTTP/1.1 abc OK\r\n",
      "HTTP/2 200 OK\r\n",
      "GET  /  HTTP/1.1  \r\n",
      "get / HTTP/1.1\r\n",
      "GET / HTTP/x.y\r\n",
      "GET / HTTP/1.1 junk\r\n",
      "GET /a b HTTP/1.1\r\n",
      "GET / HTTP",
      "",
      "GET http://a.b:x/c HTTP/1.1\r\n",
      "GET HTTP://A.b HTTP/1.1\r\n",
      "GET / http/1.1\r\n",
      "HTTP/1.10 200 x\r\n",
      "GET / HTTP/1.1\r",
      "GET /\r\nHost: x\r\n",
      "Host: a\r\n",
      "OPTIONS * HTTP/1.1\r\n",
      "LONGMETHODNAMEISHERE12345 / HTTP/1.1\r\n"
    ],
    do: d.(t, l, [])

for t <- [:httph, :httph_bin],
    l <- [
      "Host: a\r\n",
      "Host: a\r\nX",
      "Host: a\r\n b\r\nX: 1\r\n",
      "Host: a\r\n\tb\r\n c\r\n\r\n",
      "\r\n",
      "\r\nrest",
      "\n",
      "Host:a\r\nx",
      "Host : a\r\nx",
      "Host\r\nx",
      ": a\r\nx",
      "hOST:  \r\nx",
      "x-a: é\r\nx",
      "a b: c\r\nx",
      "GET / HTTP/1.1\r\nX",
      "content-length: 5\nx",
      "CONTENT-TYPE: t\r\nx",
      "foo--bar-: x\r\ny",
      "_x_y: 1\r\nz",
      "\r",
      "Host: a\r\n "
    ],
    do: d.(t, l, [])

for {t, b} <- [
      {0, "abc"},
      {0, ""},
      {:raw, "abc"},
      {1, <<3, "abcd">>},
      {1, <<3, "ab">>},
      {1, ""},
      {2, <<0>>},
      {2, <<0, 3, "abcd">>},
      {2, <<0, 9, "abcd">>},
      {4, <<0, 0, 0, 2, "abcd">>},
      {4, <<0, 0, 1, 2, "abcd">>},
      {4, <<255, 255, 255, 255, 1>>},
      {:line, "abc"},
      {:line, "abc\ndef\n"},
      {:line, "abc\r\ndef\n"},
      {:line, ""},
      {:asn1, <<48, 3, 1, 2, 3, 4>>},
      {:asn1, <<48, 0x82, 0, 3, 1, 2, 3, 4>>},
      {:asn1, <<48>>},
      {:asn1, <<0x3F, 0x81, 1, 2, 3, 4, 5>>},
      {:asn1, <<48, 0x80, 0, 3, 1>>},
      {:asn1, <<48, 9, 1>>},
      {:sunrm, <<0x80, 0, 0, 2, 1, 2, 3>>},
      {:sunrm, <<0x80, 0, 0, 9, 1>>},
      {:cdr, <<"GIOP", 1, 0, 0, 0, 0, 0, 0, 2, 1, 2, 3>>},
      {:cdr, <<"GIOP", 1, 0, 1, 0, 2, 0, 0, 0, 1, 2, 3>>},
      {:cdr, <<"GIOPxx">>},
      {:cdr, <<"GIXP", 1, 0, 1, 0, 2, 0, 0, 0, 1, 2, 3>>},
      {:fcgi, <<1, 1, 0, 1, 0, 2, 1, 0, 9, 9, 8, 7>>},
      {:fcgi, <<2, 1, 0, 1, 0, 2, 1, 0, 9, 9, 8, 7>>},
      {:fcgi, <<1>>},
      {:tpkt, <<3, 0, 0, 6, 1, 2, 3>>},
      {:tpkt, <<4, 0, 0, 6, 1, 2, 3>>},
      {:tpkt, <<3, 0, 0, 2, 1, 2, 3>>},
      {:tpkt, <<3>>},
      {:ssl_tls, <<22, 3, 1, 0, 2, 1, 2, 3>>},
      {:ssl_tls, <<22, 3, 1, 0, 9, 1, 2, 3>>},
      {:ssl_tls, <<22>>},
      {:ssl_tls, <<99, 3, 1, 0, 2, 1, 2, 3>>},
      {:foo, "a"},
      {:line, :a},
      {3, "a"}
    ],
    do: d.(t, b, [])

d.(:line, "abcdef\ngh", line_length: 3)
d.(:line, "abcdef", line_length: 3)
d.(:line, "ab\ncdef", line_length: 3)
d.(:line, "abc;d", line_delimiter: ?;)
d.(:line, "abcdef\n", packet_size: 3)
d.(4, <<0, 0, 0, 9, "a">>, packet_size: 3)
d.(4, <<0, 0, 0, 3, "abc">>, packet_size: 3)
d.(1, <<9, "a">>, packet_size: 9)
d.(1, <<9, "a">>, packet_size: 8)
d.(:http, "GET /aaaaaaaaaaaaaaaaaaaaaaaa", packet_size: 10)
d.(:http, "GET /aaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\n", line_length: 10)
d.(1, <<9, "a">>, foo: 8)
d.(1, <<9, "a">>, :x)
