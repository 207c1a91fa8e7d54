defmodule Supervisor.Spec do
  @moduledoc "The older, tuple shaped child specifications. Deprecated."

  @deprecated "Use the new child specifications outlined in the Supervisor module instead"
  def supervise(children, options) do
    {:ok, {flags, _}} = Supervisor.init([], Keyword.take(options, [:strategy, :max_restarts, :max_seconds]))
    {:ok, {{flags.strategy, flags.intensity, flags.period}, children}}
  end

  @deprecated "Use the new child specifications outlined in the Supervisor module instead"
  def worker(module, args, options \\ []), do: row(:worker, module, args, 5000, options)
  @deprecated "Use the new child specifications outlined in the Supervisor module instead"
  def supervisor(module, args, options \\ []), do: row(:supervisor, module, args, :infinity, options)

  defp row(type, module, args, patience, options) do
    known = if module == GenEvent, do: :dynamic, else: [module]
    defaults = %{id: module, function: :start_link, restart: :permanent, shutdown: patience, modules: known}
    wish = Enum.into(options, defaults)
    {wish.id, {module, wish.function, args}, wish.restart, wish.shutdown, type, wish.modules}
  end
end
