# stderr: --seed 0
defmodule MissingDocTest do
  use ExUnit.Case
  doctest NoSuchModule
end
