defmodule A do
  @type t :: <<_::_*0>>
end
