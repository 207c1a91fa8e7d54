defmodule Lost do
  @behaviour NoSuch
  @behaviour Enum
end
