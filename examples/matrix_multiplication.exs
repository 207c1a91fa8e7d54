# Three ways to multiply matrices with many processes. A matrix is a list of rows.

defmodule Matrix do
  @moduledoc "What all ways have in common."

  def new(rows, columns, fun), do: for(i <- 1..rows, do: for(j <- 1..columns, do: fun.(i, j)))
  def identity(n), do: new(n, n, &if(&1 == &2, do: 1, else: 0))
  def transpose(matrix), do: Enum.zip_with(matrix, & &1)
  def add(a, b), do: Enum.zip_with(a, b, fn left, right -> Enum.zip_with(left, right, &+/2) end)

  @doc "One process, one row after the other: what the others are measured by."
  def multiply(a, b) do
    columns = transpose(b)
    for row <- a, do: row(row, columns)
  end

  @doc "A row of the product."
  def row(row, columns), do: for(column <- columns, do: dot(row, column, 0))

  defp dot([x | xs], [y | ys], sum), do: dot(xs, ys, sum + x * y)
  defp dot([], [], sum), do: sum

  def show(matrix) do
    width = matrix |> List.flatten() |> Enum.map(&String.length(to_string(&1))) |> Enum.max()

    Enum.each(matrix, fn row -> IO.puts("  " <> Enum.map_join(row, "  ", &String.pad_leading(to_string(&1), width))) end)
  end
end

defmodule Rows do
  @moduledoc "A task a row. As many run at a time as there are schedulers, and the rows come back in order."

  def multiply(a, b) do
    columns = Matrix.transpose(b)
    a |> Task.async_stream(&Matrix.row(&1, columns)) |> Enum.map(fn {:ok, row} -> row end)
  end
end

defmodule Quarters do
  @moduledoc """
  Each matrix is cut in four, and eight smaller products make the large one. Each is a task that does the same again,
  until the parts are too small to be worth it.

      | A B | * | E F |  =  | AE+BG AF+BH |
      | C D |   | G H |     | CE+DG CF+DH |
  """

  def multiply(a, b) when length(a) <= 16, do: Matrix.multiply(a, b)

  def multiply(left, right) do
    {a, b, c, d} = cut(left)
    {e, f, g, h} = cut(right)

    [ae, bg, af, bh, ce, dg, cf, dh] =
      [{a, e}, {b, g}, {a, f}, {b, h}, {c, e}, {d, g}, {c, f}, {d, h}]
      |> Enum.map(fn {x, y} -> Task.async(fn -> multiply(x, y) end) end)
      |> Task.await_many()

    join(Matrix.add(ae, bg), Matrix.add(af, bh)) ++ join(Matrix.add(ce, dg), Matrix.add(cf, dh))
  end

  defp cut(matrix) do
    half = div(length(matrix), 2)
    {top, bottom} = Enum.split(matrix, half)
    {a, b} = top |> Enum.map(&Enum.split(&1, half)) |> Enum.unzip()
    {c, d} = bottom |> Enum.map(&Enum.split(&1, half)) |> Enum.unzip()
    {a, b, c, d}
  end

  defp join(left, right), do: Enum.zip_with(left, right, &++/2)
end

defmodule Grid do
  @moduledoc """
  Cannon's algorithm: a process for each cell of a grid, each with a number of either matrix. Time and again a cell
  multiplies the two, adds them to its sum, and passes the one to the left and the other up. Nobody else has to know.
  """

  def multiply(a, b) do
    n = length(a)
    {rows, columns} = {Enum.map(a, &List.to_tuple/1), b |> Matrix.transpose() |> Enum.map(&List.to_tuple/1)}
    me = self()

    cells =
      for {row, i} <- Enum.with_index(rows), {column, j} <- Enum.with_index(columns), into: %{} do
        # Shifted, so that numbers meet that belong together.
        k = rem(i + j, n)
        {{i, j}, spawn_link(fn -> cell(elem(row, k), elem(column, k), n, me, {i, j}) end)}
      end

    for {{i, j}, pid} <- cells,
        do: send(pid, {:neighbours, cells[{i, rem(j + n - 1, n)}], cells[{rem(i + n - 1, n), j}]})

    sums = for _ <- 1..(n * n), into: %{}, do: receive(do: ({:sum, place, sum} -> {place, sum}))
    Matrix.new(n, n, fn i, j -> sums[{i - 1, j - 1}] end)
  end

  defp cell(x, y, n, boss, place) do
    receive do
      {:neighbours, left, above} -> send(boss, {:sum, place, pass_on(n, 0, x, y, left, above)})
    end
  end

  defp pass_on(1, sum, x, y, _left, _above), do: sum + x * y

  # Messages of one neighbour arrive in the order in which it sent them, so those of different rounds do not mix.
  defp pass_on(rounds, sum, x, y, left, above) do
    send(left, {:row, x})
    send(above, {:column, y})
    next_x = receive(do: ({:row, next} -> next))
    next_y = receive(do: ({:column, next} -> next))
    pass_on(rounds - 1, sum + x * y, next_x, next_y, left, above)
  end
end

IO.puts("A small one:")
Matrix.show(Grid.multiply([[1, 2], [3, 4]], [[5, 6], [7, 8]]))

IO.puts("\nFibonacci's numbers, by powers of a matrix:")
powers = Stream.iterate([[1, 1], [1, 0]], &Rows.multiply(&1, [[1, 1], [1, 0]]))
IO.puts("  " <> (powers |> Stream.map(fn [[n, _] | _] -> n end) |> Enum.take(15) |> Enum.join(" ")))

IO.puts("\nLarger ones:")

for n <- [8, 32, 64] do
  a = Matrix.new(n, n, &rem(&1 * 31 + &2 * 17, 23))
  b = Matrix.new(n, n, &(rem(&1 * 13 + &2 * 7, 19) - 9))
  product = Matrix.multiply(a, b)

  for way <- [Rows, Quarters, Grid] do
    verdict = if way.multiply(a, b) == product, do: "agrees", else: "is wrong"
    IO.puts("  #{n} by #{n}: #{inspect(way)} #{verdict}")
  end

  trace = for {row, i} <- Enum.with_index(product), reduce: 0, do: (sum -> sum + Enum.at(row, i))
  IO.puts("  the numbers on its diagonal add up to #{trace}")
end

n = 32
a = Matrix.new(n, n, &(&1 - &2))
IO.puts("\nTimes one is itself: #{Quarters.multiply(a, Matrix.identity(n)) == a}")
