fn
  a -> a
  a, b -> {a, b}
end
