# What ports refuse, and in which words.
Process.flag(:trap_exit, true)

for args <- [
      [{:spawn_executable, "/no/such"}, []],
      [{:spawn_executable, "/etc/passwd"}, []],
      [{:spawn_driver, "foo"}, []],
      [{:spawn, "cat"}, [:foo]],
      [{:spawn, "cat"}, [{:line, -1}]],
      [{:spawn, "cat"}, [{:packet, 3}]],
      [{:foo, "cat"}, []],
      [{:spawn, "cat"}, :foo],
      [{:spawn_executable, "/bin/cat"}, [{:args, "a"}]]
    ] do
  IO.inspect({args, try do apply(Port, :open, args) |> is_port() rescue e -> e end})
end

for x <- [1, nil, :foo] do
  IO.inspect(try do Port.command(x, "a") rescue e -> e.__struct__ end)
  IO.inspect(try do Port.info(x) rescue e -> e.__struct__ end)
  IO.inspect(try do Port.close(x) rescue e -> e.__struct__ end)
end

port = Port.open({:spawn, "cat"}, [:binary])
for f <- [
      fn -> Port.info(port, :nonsense) end,
      fn -> Port.command(port, "a", [:foo]) end,
      fn -> Port.command(port, "a", [:force]) end
    ] do
  IO.inspect(try do f.() rescue e -> e end)
end

# The program is on its way before it finds that it has no folder.
port = Port.open({:spawn, "cat"}, [:exit_status, cd: "/no/such/dir", line: 80])
IO.inspect(receive do {^port, {:exit_status, s}} -> s > 0 after 2000 -> :nothing end)
