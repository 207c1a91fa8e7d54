defmodule Named do
  @callback name() :: any
  @callback other() :: any

  defmacro __using__(_) do
    quote do
      @behaviour Named
      @impl true
      def name, do: :default
      def other, do: :o
      defoverridable Named
    end
  end
end

defmodule Mine do
  use Named
  def name, do: {:mine, super()}
end
