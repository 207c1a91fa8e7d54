defimpl Foo, for: Integer do
end
