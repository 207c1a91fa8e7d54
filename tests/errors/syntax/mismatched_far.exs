defmodule A do
  x = [
    1,
    2,
    3,
    4,
    5
  }
end
