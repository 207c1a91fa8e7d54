# stderr: --seed 0
defmodule CrashOnLoadTest do
  use ExUnit.Case
  raise "while loading"
end
