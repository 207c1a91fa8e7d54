if a do
  b
else
  c
end

fn
  a, b when c -> d
  () -> nil
end

case x do
  {:ok, y} -> y
  _ -> :error
end

foo do a -> b; c -> d after e end

(a, b -> c)

try do a rescue e in [A] -> b catch :exit, c -> d after f end

f x, fn -> y end do z end
