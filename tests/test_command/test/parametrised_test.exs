# run: --seed 0 --max-cases 1
# run: --seed 0 --trace
defmodule ParametrisedTest do
  use ExUnit.Case, async: true, parameterize: [%{n: 1, word: "one"}, %{n: 2, word: "two"}, %{n: 3, word: nil}]

  setup_all %{n: n} do
    %{square: n * n}
  end

  test "squares", %{n: n, square: square} do
    assert square == n * n
  end

  test "has words", %{word: word, n: n} do
    assert word, "no word for #{n}"
  end
end

defmodule GroupOneTest do
  use ExUnit.Case, async: true, group: :pair
  test "one", do: Process.sleep(5)
end

defmodule GroupTwoTest do
  use ExUnit.Case, async: true, group: :pair
  test "two", do: Process.sleep(5)
end
