try do
  Macro.escape({1, make_ref()})
rescue
  error -> IO.puts(String.slice(Exception.message(error), 0, 13))
end
