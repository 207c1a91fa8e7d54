IO.puts("\xZZ")
