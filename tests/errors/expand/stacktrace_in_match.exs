try do
  1
rescue
  _ -> __STACKTRACE__ = 1
end
