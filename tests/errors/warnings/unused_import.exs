defmodule Kitchen do
  import List
  import Enum, only: [map: 2, filter: 2]
  import Bitwise
  import Integer, warn: false

  def double(list), do: map(list, &(&1 * 2))

  def code do
    quote do
      band(1, 2)
    end
  end

  def shout do
    import String, only: [upcase: 1]
    1
  end
end

import Map
