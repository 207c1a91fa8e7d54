defmodule A do
end
defmodule A do
end
