# How what programs write becomes messages: framings, endings, environment.
flush = fn flush, port, acc -> receive do
  {^port, m} -> flush.(flush, port, [m | acc])
  {:EXIT, ^port, r} -> flush.(flush, port, [{:EXIT, r} | acc])
  after 1000 -> Enum.reverse(acc) end end
collect = fn port -> flush.(flush, port, []) end
sh = System.find_executable("sh")
run = fn script, opts ->
  port = Port.open({:spawn_executable, sh}, [args: ["-c", script]] ++ opts)
  collect.(port)
end
IO.inspect run.("printf 'ab\\ncd\\nef'", [{:line, 10}, :binary, :exit_status]), label: "line"
IO.inspect run.("printf 'abcdefgh\\ncd\\n'", [{:line, 3}, :binary, :exit_status]), label: "line3"
IO.inspect run.("printf 'abc\\n'", [{:line, 3}, :exit_status]), label: "line3 list"
IO.inspect run.("printf '\\000\\003abc\\000\\001x'", [{:packet, 2}, :binary, :exit_status]), label: "packet2"
IO.inspect run.("printf '\\003abc\\001x\\000'", [{:packet, 1}, :binary]), label: "packet1"
IO.inspect run.("printf '\\000\\000\\000\\002hi'", [{:packet, 4}, :exit_status]), label: "packet4"
IO.inspect run.("printf '\\000\\005hi'", [{:packet, 2}, :binary, :exit_status]), label: "short packet"
IO.inspect run.("echo out; echo err 1>&2", [:stderr_to_stdout, :binary, :exit_status]) , label: "stderr"
IO.inspect run.("exit 7", [:exit_status]), label: "status"
IO.inspect run.("kill -9 $$", [:exit_status]), label: "killed"
IO.inspect run.("exit 7", [:eof, :exit_status]), label: "eof+status"
IO.inspect run.("echo hi", [:eof, :binary]), label: "eof"
Process.flag(:trap_exit, true)
IO.inspect run.("echo hi", [:binary]), label: "trap"
IO.inspect run.("exit 3", [:binary]), label: "trap status"
IO.inspect run.("exit 3", [:binary, :exit_status]), label: "trap exit_status"
IO.inspect run.("echo $FOO-$BAR-$HOME", [:binary, env: [{~c"FOO", ~c"x"}, {~c"BAR", ~c"a=b"}, {~c"HOME", false}]]), label: "env"
IO.inspect run.("pwd", [:binary, cd: "/tmp"]), label: "cd"
IO.inspect run.("echo $0", [:binary, arg0: "zero"]), label: "arg0"
port = Port.open({:spawn, "cat"}, [:binary])
IO.inspect Port.command(port, ["a", ?b, ["c"]])
IO.inspect(receive do {^port, {:data, d}} -> d after 1000 -> :none end)
