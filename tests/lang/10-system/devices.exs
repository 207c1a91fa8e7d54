# Group leaders of the program, devices that are gone, StringIO.
defmodule Leader do
  def start(to), do: spawn(fn -> loop(to) end)
  defp loop(to) do
    receive do
      {:io_request, from, ref, req} ->
        send(to, {:asked, req})
        reply = case req do
          {:put_chars, _, _} -> :ok
          {:put_chars, _, _, _, _} -> :ok
          {:get_line, _, _} -> "a line\n"
          {:get_chars, _, _, n} -> String.duplicate("x", n)
          _ -> {:error, :request}
        end
        send(from, {:io_reply, ref, reply})
        loop(to)
    end
  end
end
me = self()
old = Process.group_leader()
l = Leader.start(self())
flush = fn f -> receive do {:asked, r} -> [r | f.(f)] after 100 -> [] end end
Process.group_leader(self(), l)
r = [IO.puts("hi"), IO.write("w"), IO.gets("? "), IO.read(:line), IO.getn("n? ", 3), IO.binread(:line), IO.binwrite("raw"), :io.format("~p", [1]), IO.inspect(5),
 IO.getn("one"), IO.read(4), :io.get_line("x"), :io.put_chars("pc"), :io.nl(), :io.columns(), :io.rows(), :io.getopts(), :io.setopts([:binary]),
 (try do IO.binread(3) rescue e -> e end)]
Task.async(fn -> IO.puts("task") end) |> Task.await()
spawn(fn -> IO.puts("spawned") end)
asked = flush.(flush)
Process.group_leader(self(), old)
IO.inspect r
IO.inspect asked, limit: :infinity
# dead group leader
Process.exit(l, :kill)
Process.sleep(20)
IO.inspect(try do IO.puts(l, "x") rescue e -> e end)
IO.inspect(try do IO.gets(l, "x") rescue e -> e end)
IO.inspect(try do IO.read(l, :line) rescue e -> e end)
IO.inspect(try do IO.binread(l, :line) rescue e -> e end)
IO.inspect(try do IO.binwrite(l, "x") rescue e -> e end)
IO.inspect(try do :io.getopts(l) rescue e -> e end)
IO.inspect(try do :io.columns(l) rescue e -> e end)
IO.inspect(try do IO.write(:stdio, [:a]) rescue e -> e end)
IO.inspect(try do IO.write(:stdio, <<255, 1>>) rescue e -> e end)
IO.inspect(try do IO.puts(:stdio, {1}) rescue e -> e end)
IO.inspect(try do IO.read(:stdio, -1) rescue e -> e end)
IO.inspect(try do IO.getn("x", -1) rescue e -> e end)
# StringIO
{:ok, s} = StringIO.open("äöü\nabc\n\nlast", capture_prompt: true)
IO.inspect [IO.gets(s, "p1 "), IO.getn(s, "p2 ", 2), IO.read(s, :line), IO.read(s, 1), IO.read(s, :eof), IO.read(s, :line), IO.read(s, :eof), IO.gets(s, "")]
IO.inspect StringIO.contents(s)
IO.inspect StringIO.flush(s)
IO.write(s, "ü"); IO.binwrite(s, <<252>>)
IO.inspect StringIO.contents(s)
IO.inspect StringIO.close(s)
{:ok, s} = StringIO.open("aé", encoding: :latin1)
IO.inspect {IO.read(s, 1), IO.read(s, 5)}
IO.inspect(try do IO.write(s, "日本") rescue e -> e end)
IO.write(s, "é")
IO.inspect StringIO.contents(s)
{:ok, s} = StringIO.open(<<255, "abc">>)
IO.inspect [IO.read(s, 2), IO.binread(s, 2), IO.read(s, :line)]
IO.inspect StringIO.open("x", fn d -> IO.read(d, :eof) end)
IO.inspect StringIO.open("x", [capture_prompt: true], fn d -> IO.gets(d, "q"); StringIO.contents(d) end)
{:ok, s} = StringIO.open("a\nb\nc")
IO.inspect Enum.to_list(IO.stream(s, :line))
{:ok, s} = StringIO.open("abcdefg")
IO.inspect Enum.to_list(IO.stream(s, 3))
{:ok, s} = StringIO.open("aä")
IO.inspect Enum.to_list(IO.binstream(s, 1))
{:ok, s} = StringIO.open("")
Enum.into(["x", "y"], IO.stream(s, :line))
Enum.into([1, 2], IO.binstream(s, :line) |> then(fn st -> st end), &to_string/1)
IO.inspect StringIO.contents(s)
IO.inspect IO.stream()
:io.format(s, "~s~n", ["f"])
:io.fwrite(s, ~c"~ts", [[1024]])
IO.inspect StringIO.contents(s)
IO.inspect :io.getopts(s)
IO.inspect :io.setopts(s, encoding: :latin1)
IO.inspect :io.columns(s)
IO.inspect :io.request(s, {:put_chars, :unicode, "rq"})
IO.inspect :io.requests(s, [{:put_chars, :unicode, "1"}, {:put_chars, :unicode, "2"}])
IO.inspect StringIO.contents(s)
{:ok, s} = StringIO.open("{a, 1}. [b].\n foo(")
IO.inspect :io.read(s, "")
IO.inspect :io.read(s, "")
