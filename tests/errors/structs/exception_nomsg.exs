defmodule E do
  defexception [:a]
end
raise E
