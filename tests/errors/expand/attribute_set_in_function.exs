defmodule A do
  def f do
    @foo 1
  end
end
