for x <- [1] do
  a -> a
end
