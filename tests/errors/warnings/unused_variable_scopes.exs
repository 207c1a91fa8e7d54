defmodule Post do
  def kind(value) do
    case value do
      {:ok, v} -> 1
      [h | t] when h > 1 -> 2
      %{a: w} -> 3
      <<first, rest::binary>> -> 4
    end
  end

  def send_out(value) do
    with {:ok, letter} <- value, stamp = letter do
      1
    else
      e -> 2
    end
  end

  def open do
    try do
      1
    rescue
      e -> 2
    catch
      kind, why -> 3
    else
      other -> 4
    end

    receive do
      message -> 1
    after
      0 -> 2
    end
  end

  def count(n) do
    n = n + 1

    if true do
      n = 5
    end

    n
  end
end
