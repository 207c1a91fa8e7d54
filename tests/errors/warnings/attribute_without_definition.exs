defmodule Letter do
  @typedoc "a stamp"
  @impl true
  @deprecated "write a mail"
  @doc "a greeting"
end
