# run: --seed 0
# run: --seed 0 --color
defmodule BadDocTest do
  use ExUnit.Case
  doctest Samples.Bad, except: [syntax: 0, undefined: 0]
end

defmodule SyntaxDocTest do
  use ExUnit.Case
  doctest Samples.Bad, only: [syntax: 0, undefined: 0]
end
