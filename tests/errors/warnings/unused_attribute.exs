defmodule House do
  @door 1
  @roof 2
  def roof, do: @roof
  @wall 1
  @wall 2
  @window 1
  Module.register_attribute(__MODULE__, :rooms, accumulate: true)
  @rooms 1
  Module.register_attribute(__MODULE__, :address, persist: true)
  @address 1
end
