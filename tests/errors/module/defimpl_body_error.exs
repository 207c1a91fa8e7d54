defimpl String.Chars, for: Foo do
  def to_string(x), do: y
end
