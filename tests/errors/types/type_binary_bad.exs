defmodule A do
  @type t :: <<_::a>>
end
