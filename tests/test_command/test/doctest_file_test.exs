# run: --seed 0
defmodule FileDocTest do
  use ExUnit.Case, async: true
  doctest_file "GUIDE.md"
end
