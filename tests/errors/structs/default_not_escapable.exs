message =
  try do
    defmodule A do
      defstruct a: 1, b: [make_ref()]
    end
  rescue
    error -> Exception.message(error)
  end

IO.puts(hd(String.split(message, "#Reference")))
