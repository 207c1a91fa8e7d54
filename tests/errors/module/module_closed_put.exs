defmodule A do
end

Module.put_attribute(A, :x, 1)
