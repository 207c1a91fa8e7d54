defmodule ExUnit.CaseTemplate do
  @moduledoc """
  What several cases have in common: setups, imports, helpers.

      defmodule DataCase do
        use ExUnit.CaseTemplate

        using options do
          quote do
            import DataCase.Helpers
          end
        end

        setup do
          {:ok, table: Table.open()}
        end
      end

  A module then says `use DataCase, async: true`. The setups of the template run first.
  """

  @doc false
  defmacro __using__(_options) do
    quote do
      use ExUnit.Case, register: false
      import ExUnit.CaseTemplate

      @doc false
      defmacro __using__(options), do: ExUnit.CaseTemplate.__proxy__(__MODULE__, options)

      defoverridable __using__: 1
    end
  end

  @doc "Code for the modules that use the template. The block gets their options, and returns a quoted expression."
  defmacro using(options \\ quote(do: _), do: block) do
    quote do
      defmacro __using__(unquote(options) = options) do
        {:__block__, [], [ExUnit.CaseTemplate.__proxy__(__MODULE__, options), unquote(block)]}
      end
    end
  end

  @doc false
  def __proxy__(template, options) do
    quote do
      use ExUnit.Case, Keyword.take(unquote(options), [:async, :group, :parameterize, :register])
      setup_all(context, do: unquote(template).__ex_unit__(:setup_all, context))
      setup(context, do: unquote(template).__ex_unit__(:setup, context))
    end
  end
end
