# run: --seed 0 --trace
# run: --seed 0 --only second --trace
defmodule GoodDocTest do
  use ExUnit.Case, async: true
  doctest Samples.Good, import: true
end

defmodule OnlyDocTest do
  use ExUnit.Case, async: true
  @moduletag :second
  doctest Samples.Good, only: [double: 1, fail: 1]
  doctest Samples.Good, only: [:moduledoc], tags: [:first]
  doctest Samples.Good, except: [:moduledoc, double: 1, fail: 1, two_words: 0], import: true
end
