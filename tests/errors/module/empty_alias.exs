defmodule A do
  alias Foo.Bar
end
