defprotocol Size do
  def size(x)
  def empty?(x)
end

defimpl Size, for: Integer do
  def size(_), do: 1
end
