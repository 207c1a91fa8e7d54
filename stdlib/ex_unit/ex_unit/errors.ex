defmodule ExUnit.TimeoutError do
  @moduledoc "A test, or what belongs to it, took longer than it may."
  defexception [:timeout, :type]

  @impl true
  def message(%{timeout: timeout, type: type}) do
    """
    #{type} timed out after #{timeout}ms. You can change the timeout:

      1. per test by setting "@tag timeout: x" (accepts :infinity)
      2. per test module by setting "@moduletag timeout: x" (accepts :infinity)
      3. globally via "ExUnit.start(timeout: x)" configuration
      4. by running "mix test --timeout x" which sets timeout
      5. or by running "mix test --trace" which sets timeout to infinity
         (useful when using IEx.pry/0)

    where "x" is the timeout given as integer in milliseconds (defaults to 60_000).
    """
  end
end

defmodule ExUnit.MultiError do
  @moduledoc "Reports several errors as one: each is `{kind, reason, stacktrace}`."
  defexception errors: []

  @impl true
  def message(%{errors: errors}) do
    banners = for {kind, reason, stack} <- errors, do: Exception.format_banner(kind, reason, stack)
    "got the following errors:\n\n" <> Enum.join(banners, "\n\n")
  end
end

defmodule ExUnit.AssertionError do
  @moduledoc """
  An assertion did not hold.

  What an assertion has nothing to say about is `no_value/0`: `nil` may be one of its sides.
  """
  @unset :ex_unit_no_meaningful_value

  defexception left: @unset,
               right: @unset,
               message: @unset,
               expr: @unset,
               args: @unset,
               doctest: @unset,
               context: :==

  @doc "The value of a field that was not given."
  def no_value, do: @unset

  @impl true
  def message(error), do: "\n\n" <> ExUnit.Formatter.format_assertion_error(error)
end
