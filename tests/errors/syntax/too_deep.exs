# Differs: Elixir nests delimiters without a limit.
IO.inspect(Code.string_to_quoted(String.duplicate("(", 4000)))
