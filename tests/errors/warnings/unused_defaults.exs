defmodule Paint do
  defp all(x \\ 1, y \\ 2), do: {x, y}
  defp last(x \\ 1, y \\ 2), do: {x, y}
  defp two(x \\ 1, y \\ 2, z \\ 3), do: {x, y, z}
  defp none(x, y \\ 1, z \\ 2), do: {x, y, z}
  def mix, do: {all(1, 2), last(1), two(1, 2), none(1), none(1, 2, 3)}
end
