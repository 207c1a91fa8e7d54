defmodule A do
  @type t :: %Foo{}
end
