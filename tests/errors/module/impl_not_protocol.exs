defimpl String, for: Integer do
end
