defmodule System.EnvError do
  @moduledoc "An environment variable is not set."
  defexception [:env]

  @impl true
  def message(%{env: env}) do
    "could not fetch environment variable #{inspect(env)} because it is not set"
  end
end

defmodule IO.StreamError do
  @moduledoc "Reading or writing a stream failed."
  defexception [:reason]

  @impl true
  def message(%{reason: reason}) do
    "error during streaming: " <> inspect(reason)
  end
end

defmodule OptionParser.ParseError do
  @moduledoc "The command line has wrong options."
  defexception [:message]
end
