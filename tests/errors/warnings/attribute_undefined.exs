defmodule Lamp do
  def light, do: @bulb
  IO.inspect(@switch)
end
