defmodule A do
  @moduledoc 1
end
