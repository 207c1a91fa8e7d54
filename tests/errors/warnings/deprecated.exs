defmodule Tools do
  @deprecated "use saw/1"
  def knife(x), do: x
  def saw(x), do: knife(x)
end

defmodule Worker do
  import Tools, only: [knife: 1]
  def a, do: Tools.knife(1)
  def b, do: knife(2)
  def c, do: &Tools.knife/1
end
