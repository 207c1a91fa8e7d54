message =
  try do
    defmodule A do
      @made make_ref()
      def made, do: @made
    end
  rescue
    error -> Exception.message(error)
  end

IO.puts(hd(String.split(message, "#Reference")))
