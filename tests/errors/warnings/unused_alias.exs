defmodule Garden do
  alias Plants.Rose
  alias Plants.Tulip, as: T
  alias Plants.{Oak, Elm}
  alias Plants.Moss, warn: false
  alias Plants.Fern

  def fern, do: Fern

  def grow do
    alias Plants.Ivy
    1
  end
end

alias Top.Level
