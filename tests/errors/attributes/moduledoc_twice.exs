defmodule A do
  @moduledoc "a"
  @moduledoc "b"
end
