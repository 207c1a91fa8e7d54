IO.puts("\x{41}")
