# Requests of the IO protocol, one by one.
ask = fn device, request ->
  ref = make_ref()
  send(device, {:io_request, self(), ref, request})
  receive do {:io_reply, ^ref, r} -> r after 1000 -> :no_reply end
end
{:ok, s} = StringIO.open("line one\nzwei ä\nthree 3\nlast")
reqs = [
 {:put_chars, :unicode, "hällo\n"}, {:put_chars, :latin1, "lat\n"}, {:put_chars, :latin1, [228, ?\n]}, {:put_chars, "old\n"}, {:put_chars, :unicode, [1024, "x"]},
 {:put_chars, :latin1, [1024]}, {:put_chars, :unicode, :bad}, {:put_chars, :unicode, <<255>>}, {:put_chars, :unicode, :io_lib, :format, [~c"~p~n", [[1,2]]]}, {:put_chars, :io_lib, :format, [~c"~w~n", [:a]]},
 {:get_line, :unicode, "p> "}, {:get_line, :latin1, "p> "}, {:get_line, "p> "}, {:get_chars, :unicode, "p> ", 2}, {:get_chars, :latin1, "p> ", 1}, {:get_chars, "", 1}, {:get_chars, :unicode, "", 100},
 {:get_line, :unicode, ""}, {:get_chars, :unicode, "", 1}, :getopts, {:setopts, [encoding: :latin1]}, {:setopts, [:binary]}, {:get_geometry, :columns}, {:get_geometry, :rows},
 {:requests, [{:put_chars, :unicode, "a"}, {:put_chars, :unicode, "b"}]}, {:requests, [{:put_chars, :unicode, :bad}, {:put_chars, :unicode, "no"}]}, {:requests, []},
 :nonsense, {:nonsense, 1}, {:nonsense, 2, 3}
]
for r <- reqs, do: IO.inspect({r, ask.(s, r)})
IO.inspect StringIO.contents(s)
{:ok, s} = StringIO.open("1 + 2.\n{a, B}. rest\nfoo")
IO.puts "--- stdio"
gl = Process.group_leader()
for r <- Enum.reject(reqs, &(is_tuple(&1) and elem(&1, 0) in [:get_line, :get_chars, :get_password, :setopts] or &1 in [:getopts, {:get_geometry, :columns}, {:get_geometry, :rows}])), do: IO.inspect({r, ask.(gl, r)})
IO.puts "--- file"
path = Path.join(System.tmp_dir!(), "cordial_io_#{System.pid()}")
for modes <- [[:read, :write], [:read, :write, :utf8], [:read, :write, :binary]] do
  File.write!(path, "line one\nzwei ä\nthree 3\nlast")
  {:ok, f} = :file.open(path, modes)
  IO.inspect modes
  for r <- Enum.filter(reqs, &(is_tuple(&1) and elem(&1, 0) in [:get_line, :get_chars, :setopts])) ++ [:getopts, {:get_geometry, :columns}, :nonsense, {:nonsense, 1}], do: IO.inspect({r, ask.(f, r)})
  File.close(f)
  File.write!(path, "")
  {:ok, f} = :file.open(path, modes)
  for r <- [{:put_chars, :unicode, "hällo\n"}, {:put_chars, :latin1, "lat\n"}, {:put_chars, :latin1, [228, ?\n]}, {:put_chars, "old\n"}, {:put_chars, :unicode, :io_lib, :format, [~c"~p~n", [[1, 2]]]}, {:requests, [{:put_chars, :unicode, "a"}, {:put_chars, :unicode, "b"}]}, {:requests, []}], do: IO.inspect({r, ask.(f, r)})
  File.close(f)
  IO.inspect File.read!(path)
end
File.rm(path)
