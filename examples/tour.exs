# A tour: pattern matching, pipelines, structs, protocols, macros, processes. `cordial examples/tour.exs`
defmodule Tour do
  defmacro section(title, do: block) do
    quote do
      IO.puts("\n== " <> unquote(title))
      unquote(block)
    end
  end
end

defprotocol Area do
  @doc "The area of a shape."
  def of(shape)
end

defmodule Circle do
  defstruct radius: 1
end

defmodule Box do
  @enforce_keys [:width, :height]
  defstruct [:width, :height]
end

defimpl Area, for: Circle do
  def of(circle), do: Float.round(3.14159265 * circle.radius * circle.radius, 2)
end

defimpl Area, for: Box do
  def of(%{width: width, height: height}), do: width * height
end

defmodule Fib do
  def stream, do: Stream.unfold({0, 1}, fn {a, b} -> {a, {b, a + b}} end)
end

defmodule Bits do
  @doc "Takes an RGB565 pixel apart."
  def rgb565(<<red::5, green::6, blue::5>>), do: {red, green, blue}
end

defmodule Program do
  require Tour

  def main do
    Tour.section "numbers have no limit" do
      IO.puts("100! has #{100 |> factorial() |> Integer.digits() |> length()} digits")
      IO.puts("2 ** 64 = #{2 ** 64}")
    end

    Tour.section "pipelines and streams" do
      Fib.stream() |> Stream.filter(&(rem(&1, 2) == 0)) |> Enum.take(8) |> IO.inspect(label: "even Fibonacci")
    end

    Tour.section "structs and protocols" do
      for shape <- [%Circle{radius: 2}, %Box{width: 3, height: 4}] do
        IO.puts("#{inspect(shape)} has area #{Area.of(shape)}")
      end
    end

    Tour.section "bits and text" do
      IO.inspect(Bits.rgb565(<<0xFC1F::16>>), label: "pixel")
      IO.puts(String.reverse("żółw") <> " " <> String.upcase("straße"))
    end

    Tour.section "a thousand processes" do
      parent = self()
      for n <- 1..1_000, do: spawn(fn -> send(parent, {:square, n * n}) end)
      total = Enum.reduce(1..1_000, 0, fn _, sum -> receive(do: ({:square, square} -> sum + square)) end)
      IO.puts("the sum of their squares is #{total}")
    end

    Tour.section "errors are values until nobody wants them" do
      with {:ok, number} <- parse("42"), {:error, reason} <- parse("4x2") do
        IO.puts("parsed #{number}, then: #{reason}")
      end

      try do
        String.to_integer(Enum.join(["se", "ven"]))
      rescue
        error in ArgumentError -> IO.puts("rescued an #{inspect(error.__struct__)}")
      end
    end
  end

  defp factorial(0), do: 1
  defp factorial(n), do: n * factorial(n - 1)

  defp parse(text) do
    case Integer.parse(text) do
      {number, ""} -> {:ok, number}
      _ -> {:error, "#{inspect(text)} is not a number"}
    end
  end
end

Program.main()
