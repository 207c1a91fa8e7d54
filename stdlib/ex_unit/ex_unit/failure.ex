defmodule ExUnit.Failure do
  @moduledoc false
  # What went wrong, as formatters get it: `{kind, reason, stacktrace}` without the frames that only this library put there.

  @doc "The failures that a caught error stands for: several where it says so."
  def list(:error, %ExUnit.MultiError{errors: errors}, _stack) do
    for {kind, reason, stack} <- errors, do: one(kind, reason, stack)
  end

  def list(kind, reason, stack), do: [one(kind, reason, stack)]

  defp one({:EXIT, _} = kind, reason, stack), do: {kind, reason, prune(stack)}
  defp one(kind, reason, stack), do: {kind, Exception.normalize(kind, reason, stack), prune(stack)}

  @doc "Where a process is right now."
  def current_stack(pid) do
    case Process.info(pid, :current_stacktrace) do
      {:current_stacktrace, stack} -> prune(stack)
      nil -> []
    end
  end

  # Above the test stand the functions of its assertion, below it those that called it.
  defp prune(stack) do
    stack
    |> Enum.drop_while(&(elem(&1, 0) == ExUnit.Assertions))
    |> Enum.take_while(&(elem(&1, 0) not in [ExUnit.TestRun, ExUnit.ModuleRun]))
  end
end
